//! Definitions for readers: a paragraph for a methods section, a flow chart, a page of Markdown.
//!
//! Renderings are made of the definition alone. Whatever stands in its titles and labels stays
//! text: it cannot become markup, a script or a control sequence.

mod flow;
mod markdown;
mod prose;
mod words;

pub use flow::{mermaid, svg};
pub use markdown::markdown;
pub use prose::prose;
