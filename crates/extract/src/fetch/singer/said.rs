//! What a tap says, without the secrets that it was handed.

use super::spec::SingerSpec;
use crate::fetch::Remark;
use model::{context::RunContext, report::Argument};

/// The shortest line of a secret of several lines that is looked for by itself.
const SHORTEST_LINE: usize = 8;

/// The secrets of a tap, as they could turn up in a text.
pub(super) struct Hidden(Vec<String>);

impl Hidden {
    /// Those of a contract's tap.
    pub(super) fn of(spec: &SingerSpec, cx: &RunContext) -> Self {
        let secrets = spec.secrets().into_iter().filter_map(|name| cx.secrets.get(name));
        Self::from(secrets.map(|secret| secret.reveal()))
    }

    fn from<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        for secret in secrets {
            // A secret of several lines is not printed as one.
            let lines = secret.lines().filter(|line| line.len() >= SHORTEST_LINE);
            for form in std::iter::once(secret).chain(lines) {
                // As it stands, as JSON writes it, and as this program quotes what it cannot show.
                let quoted = serde_json::Value::from(form).to_string();
                let escaped = quoted[1..quoted.len() - 1].to_owned();
                forms.extend([form.to_owned(), escaped, form.escape_debug().to_string()]);
            }
        }
        forms.retain(|form| !form.is_empty());
        // The longest first: a secret may begin with another one.
        forms.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
        forms.dedup();
        Self(forms)
    }

    /// A text without them.
    pub(super) fn out_of(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, form| text.replace(form, "***"))
    }

    /// A remark without them.
    pub(super) fn out_of_remark(&self, mut remark: Remark) -> Remark {
        for (_, argument) in &mut remark.arguments {
            if let Argument::Text(text) = argument {
                *text = self.out_of(text);
            }
        }
        remark
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_of_a_secret_is_left() {
        let secrets =
            ["of-ours", "of-ours-too", "a\"b\\c-of-ours-\u{e9}\"", "first line\nsecond line", ""];
        let hidden = Hidden::from(secrets.into_iter());
        for (said, told) in [
            ("kind OF of-oursX", "kind OF ***X"),
            ("of-ours-too", "***"),
            (r#"{"key":"a\"b\\c-of-ours-é\""}"#, r#"{"key":"***"}"#),
            ("then second line alone", "then *** alone"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(hidden.out_of(said), told);
        }
    }
}
