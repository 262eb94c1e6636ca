//! Runs the chart library in QuickJS: option in, SVG out.
//!
//! Method: a chart leaves nothing behind that another one could see: its drawing is disposed of, and its running numbers
//! are replaced by its own. So one context with the library serves them all; one in which a chart failed serves no
//! other. The library is read once in a process; what contexts load is its compiled form.

use super::{font::Fonts, signs::Shown};
use crate::error::RenderError;
use rquickjs::{
    CatchResultExt, Context, Function, Module, Runtime,
    loader::bundle::{Bundle, ScaBundleData},
    module::WriteOptions,
};
use serde_json::Value;
use std::{cell::RefCell, sync::OnceLock};

/// The chart library with our few functions, built by `web/build.mjs`.
pub(crate) const BUNDLE: &str = include_str!("../../../../web/dist/echarts.js");

/// Names may have signs of two code units, between which the library breaks lines: half a sign has no width, or that of
/// the whole, and none leaves the engine.
const SAFELY: &str = r"globalThis.drawSafely = (option, width, height, measure) =>
  tidings.draw(option, width, height, (text, font) =>
    /^[\ud800-\udbff]$/.test(text) ? 0 : measure(text.toWellFormed(), font)).toWellFormed();";

/// What the library is imported as.
const LIBRARY: &str = "charts";

/// What a runaway chart may use before it is stopped.
const MEMORY_LIMIT: usize = 256 << 20;

/// What charts are drawn with: a script engine with the library.
pub(crate) struct Script {
    runtime: Runtime,
    /// The context with the library; none before the first chart, and after one that failed.
    context: RefCell<Option<Context>>,
    fonts: Fonts,
    shown: Shown,
}

impl Script {
    /// Starts the engine; text is measured with `fonts`.
    pub(crate) fn load(fonts: Fonts, shown: Shown) -> Result<Self, RenderError> {
        let broken = |problem: String| RenderError::Chart { chart: "library".to_owned(), problem };
        let runtime = Runtime::new().map_err(|error| broken(error.to_string()))?;
        runtime.set_memory_limit(MEMORY_LIMIT);
        // The library nests deeper than the engine's default allows, and threads have stacks of 2 MiB.
        runtime.set_max_stack_size(1 << 20);
        let library = Bundle(compiled().map_err(broken)?);
        runtime.set_loader(library, library);
        Ok(Self { runtime, context: RefCell::default(), fonts, shown })
    }

    /// Draws a chart. Ids within the SVG begin with `id`, so that many charts can share a page and none depends on how
    /// many came before it.
    pub(super) fn draw(
        &self,
        id: &str,
        option: &Value,
        size: (u32, u32),
    ) -> Result<String, String> {
        let loaded = self.context.take();
        let context = loaded.map_or_else(|| self.with_library(), Ok)?;
        let svg = self.drawn(&context, option, size)?;
        self.context.replace(Some(context));
        Ok(own_ids(&svg, id))
    }

    fn with_library(&self) -> Result<Context, String> {
        let context = Context::full(&self.runtime).map_err(|error| error.to_string())?;
        context.with(|cx| {
            let loaded = Module::import(&cx, LIBRARY).and_then(|library| library.finish::<()>());
            loaded.catch(&cx).map_err(|error| error.to_string())
        })?;
        Ok(context)
    }

    fn drawn(
        &self,
        context: &Context,
        option: &Value,
        (width, height): (u32, u32),
    ) -> Result<String, String> {
        context.with(|cx| {
            let fonts = self.fonts.clone();
            let measure = Function::new(cx.clone(), move |text: String, font: String| {
                fonts.width(&text, pixels(&font))
            });
            let drawn = measure.and_then(|measure| {
                let draw: Function = cx.globals().get("drawSafely")?;
                let option = self.shown.in_option(option).to_string();
                draw.call::<_, String>((option, width, height, measure))
            });
            drawn.catch(&cx).map_err(|error| error.to_string())
        })
    }
}

/// The library with our few functions, compiled. It stays as long as the process, for contexts run it where it lies.
fn compiled() -> Result<ScaBundleData<&'static [u8]>, String> {
    static COMPILED: OnceLock<Result<ScaBundleData<&'static [u8]>, String>> = OnceLock::new();
    let compile = || {
        let runtime = Runtime::new().map_err(|error| error.to_string())?;
        runtime.set_max_stack_size(1 << 20);
        let context = Context::full(&runtime).map_err(|error| error.to_string())?;
        let code = context.with(|cx| {
            let source = format!("{BUNDLE}\n{SAFELY}");
            let module = Module::declare(cx.clone(), LIBRARY, source);
            let options = WriteOptions { strip_source: true, ..WriteOptions::default() };
            let written = module.and_then(|module| module.write(options));
            written.catch(&cx).map_err(|error| error.to_string())
        })?;
        let code: &'static [u8] = Box::leak(code.into_boxed_slice());
        let library: ScaBundleData<&'static [u8]> = Box::leak(Box::new([(LIBRARY, code)]));
        Ok(library)
    };
    COMPILED.get_or_init(compile).clone()
}

/// The size in a CSS font such as `12px sans-serif`.
fn pixels(font: &str) -> f64 {
    let word = font.split_whitespace().find_map(|word| word.strip_suffix("px"));
    word.and_then(|size| size.parse().ok()).unwrap_or(12.0)
}

/// Replaces the library's running numbers in `zr7-c0` and `zr7-cls-21` by the chart's id and numbers of
/// its own; what is said in the drawing stays.
fn own_ids(svg: &str, id: &str) -> String {
    let safe: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mut text = String::with_capacity(svg.len());
    let mut classes = Vec::new();
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once("zr") {
        text.push_str(before);
        // Words stand between tags; styles do too, and have no words.
        let tag = text.rfind(['<', '>']).map_or("", |at| &text[at..]);
        let is_said = tag.starts_with('>') && !text[..text.len() - tag.len()].ends_with("<style");
        let digits = match is_said {
            true => 0,
            false => after.bytes().take_while(u8::is_ascii_digit).count(),
        };
        match after[digits..].strip_prefix('-') {
            Some(tail) if digits > 0 => {
                text.push_str(&format!("c-{safe}-"));
                rest = tail;
                if let Some(after) = tail.strip_prefix("cls-") {
                    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
                    let (class, after) = after.split_at(digits);
                    let known = classes.iter().position(|known| *known == class);
                    let number = known.unwrap_or_else(|| {
                        classes.push(class);
                        classes.len() - 1
                    });
                    text.push_str(&format!("cls-{number}"));
                    rest = after;
                }
            }
            _ => {
                text.push_str("zr");
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
