//! Real templates and styles, changed: each change is found, with its place.

use super::changes::{BODY, CARD, HEAD, STYLE, change, check};

#[test]
fn tricks_with_colours_are_found() {
    check(&[
        change([
            STYLE,
            ".facts { color",
            ".facts { opacity: .3; color",
            "style",
            "`opacity: .3` is not known",
        ]),
        change([
            STYLE,
            "table.mini { ",
            "table.mini { FILTER : invert(1); ",
            "style",
            "`filter: invert(1)`",
        ]),
        change([
            STYLE,
            ".card-label { ",
            ".card-label { mix-blend-mode: screen; ",
            "style",
            "`mix-blend-mode: screen`",
        ]),
        change([
            BODY,
            "<body>",
            "<body text=\"#ffffff\" link=\"#ffffff\">",
            "contrast",
            "<body> is coloured by `link`",
        ]),
        change([
            CARD,
            "<td class=\"card-value\">",
            "<td class=\"card-value\" bgcolor=\"#17202e\">",
            "contrast",
            "coloured by `bgcolor`",
        ]),
        change([
            BODY,
            "{{ organisation }}</p>",
            "<font color=\"#eeeeee\">{{ organisation }}</font></p>",
            "layout",
            "<font> “Beihe Appliances” is no table",
        ]),
        change([
            BODY,
            "<td class=\"foot\">",
            "<td class=\"foot\" style=\"COLOR : rgba(0,0,0,.2)\">",
            "style",
            "`color: rgba(0,0,0,.2)` is computed",
        ]),
        change([
            HEAD,
            ".organisation { color: {{ brand.dark.accent }} !important; }",
            ".organisation { Color : #18202B ! Important; }",
            "contrast",
            "#18202b on #18202b has a contrast of 1.00, text needs 4.5 (dark)",
        ]),
        change([
            HEAD,
            "table.data { border",
            "table.data td { color: transparent } table.data { border",
            "style",
            "`color: transparent` is a colour that the linter cannot read",
        ]),
        change([
            HEAD,
            ".g { color",
            "th[scope] { color: lightgrey !important } .g { color",
            "style",
            "`th[scope]` of a style block: `color: lightgrey`",
        ]),
    ]);
}

#[test]
fn conditions_and_selectors_that_are_not_looked_into_are_found() {
    check(&[
        change([
            HEAD,
            ".g { color",
            "@media (hover: none) { p { color: #ffffff } } .g { color",
            "media",
            "the condition `(hover: none)` of `@media (hover: none)` is unknown to the linter",
        ]),
        change([
            HEAD,
            "@media only screen and (max-width: 480px)",
            "@media only screen and (max-width: 27em)",
            "media",
            "use `all`, `screen`",
        ]),
        change([
            HEAD,
            ".b { color",
            "@supports (display: grid) { p { color: #ffffff } } .b { color",
            "media",
            "`@supports (display: grid)` in a style block",
        ]),
        change([
            HEAD,
            "table.mini, .bars",
            "[data-ogsc] > .lead { color: #ffffff } table.mini, .bars",
            "media",
            "the selector `[data-ogsc] > .lead` cannot be checked",
        ]),
        change([
            HEAD,
            "@media only screen and (max-width: 520px) {",
            "@media only screen and (min-width: 500px) and (max-width: 520px) { .foot { color: #fafafa !important }",
            "contrast",
            "#fafafa on #ffffff",
        ]),
    ]);
}

#[test]
fn what_is_hidden_or_too_small_is_found() {
    check(&[
        change([
            BODY,
            "<p class=\"facts\">{{ period }}",
            "<p class=\"facts\" style=\"display:none\">{{ period }}",
            "hidden",
            "<p.facts> “August 2026",
        ]),
        change([
            HEAD,
            ".lead { font-size: 20px !important; }",
            ".organisation { display: NONE !important; }",
            "hidden",
            "at 360 px",
        ]),
        change([
            STYLE,
            ".card-label { font-size: 13px",
            ".card-label { font-size: 10px",
            "small",
            "has letters of 10 px",
        ]),
        change([
            STYLE,
            ".foot { ",
            ".foot { visibility: hidden; ",
            "style",
            "`visibility: hidden`",
        ]),
        change([
            STYLE,
            ".section { ",
            ".section { text-indent: -999px; ",
            "style",
            "`text-indent: -999px`",
        ]),
        change([
            STYLE,
            "table.mini { ",
            "table.mini { max-height: 0; overflow: hidden; ",
            "style",
            "`max-height: 0` hides",
        ]),
        change([
            STYLE,
            ".organisation { ",
            ".organisation { line-height: 0; ",
            "small",
            "has lines of 0 px for letters of 13 px",
        ]),
        change([
            BODY,
            "<!--[if mso]><table",
            "<!--[if mso]><p>7%</p><table",
            "layout",
            "only Outlook sees “<p>”",
        ]),
        change([
            CARD,
            "<td class=\"card-value\">",
            "<td class=\"card-value\" hidden>",
            "layout",
            "has `hidden`",
        ]),
    ]);
}

#[test]
fn layout_that_some_programs_do_not_know_is_found() {
    check(&[
        change([
            STYLE,
            ".sheet { ",
            ".sheet { position: relative; float: left; ",
            "style",
            "`position: relative`",
        ]),
        change([
            STYLE,
            ".head { ",
            ".head { display: inline-flex; ",
            "style",
            "`display: inline-flex` is not known to Outlook",
        ]),
        change([
            STYLE,
            ".banner-title { ",
            ".card { background-image: none; ",
            "style",
            "`background-image: none`",
        ]),
        change([
            STYLE,
            ".gap { ",
            ".gap { margin: 0 -8px; ",
            "style",
            "`margin: 0 -8px` is negative",
        ]),
        change([
            HEAD,
            ".wide { width: 100%",
            ".wide { width: calc(100% - 2px)",
            "style",
            "`width: calc(100% - 2px)`",
        ]),
        change([HEAD, ".g { color", ".g { --ink: 1; color", "style", "`--ink: 1`"]),
        change([
            BODY,
            "class=\"sheet wide\" width=\"640\"",
            "class=\"sheet wide\" width=\"700\"",
            "layout",
            "<table.sheet.wide> is 700 px wide, a mail has 640",
        ]),
        change([
            BODY,
            "style=\"width:640px;",
            "style=\"width:900px;",
            "style",
            "`width: 900px` is wider than the 640 px of a mail",
        ]),
        change([
            BODY,
            "<!--[if mso]><table role=\"presentation\" width=\"640\"",
            "<!--[if mso]><table role=\"presentation\" width=\"800\"",
            "layout",
            "wider than the 640 px",
        ]),
        change([
            "partials/comparisons.email.html",
            "<table role=\"presentation\"",
            "<table",
            "layout",
            "neither headings nor",
        ]),
        change([
            "partials/cells.email.html",
            "<table class=\"bars\"",
            "<table role=\"presentation\" class=\"bars\"",
            "layout",
            "hides them from those who listen",
        ]),
    ]);
    check(&[change([
        BODY,
        "class=\"sheet wide\" width=\"640\"",
        "class=\"sheet wide\" width=\"100%\"",
        "layout",
        "the mail has no edge",
    ])]);
}
