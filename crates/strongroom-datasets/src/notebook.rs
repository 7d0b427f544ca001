use serde::Serialize;

/// A Jupyter notebook in nbformat 4.5 (the format's JSON schema, `nbformat.v4.5`), written with
/// stable cell ids: equal content gives equal bytes.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Notebook {
    cells: Vec<Cell>,
    metadata: NotebookMetadata,
    nbformat: u8,
    nbformat_minor: u8,
}

#[derive(Debug, Clone, Serialize)]
#[serde(tag = "cell_type", rename_all = "lowercase")]
enum Cell {
    Markdown {
        id: String,
        metadata: Empty,
        source: Vec<String>,
    },
    Code {
        execution_count: Option<u32>,
        id: String,
        metadata: Empty,
        outputs: [Empty; 0],
        source: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, Serialize)]
struct Empty {}

#[derive(Debug, Clone, Serialize)]
struct NotebookMetadata {
    kernelspec: KernelSpec,
    language_info: LanguageInfo,
}

#[derive(Debug, Clone, Serialize)]
struct KernelSpec {
    display_name: &'static str,
    language: &'static str,
    name: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct LanguageInfo {
    name: &'static str,
}

impl Notebook {
    /// An empty notebook for the ordinary Python 3 kernel.
    pub(crate) fn python() -> Self {
        Self {
            cells: Vec::new(),
            metadata: NotebookMetadata {
                kernelspec: KernelSpec { display_name: "Python 3", language: "python", name: "python3" },
                language_info: LanguageInfo { name: "python" },
            },
            nbformat: 4,
            nbformat_minor: 5,
        }
    }

    /// Adds a cell of prose.
    pub(crate) fn prose(&mut self, text: &str) {
        let id = self.next_id();
        self.cells.push(Cell::Markdown { id, metadata: Empty {}, source: lines(text) });
    }

    /// Adds a cell of Python.
    pub(crate) fn code(&mut self, text: &str) {
        let id = self.next_id();
        self.cells.push(Cell::Code {
            execution_count: None,
            id,
            metadata: Empty {},
            outputs: [],
            source: lines(text),
        });
    }

    fn next_id(&self) -> String {
        format!("cell-{}", self.cells.len() + 1)
    }
}

/// nbformat keeps a text as its lines, each but the last with its line feed.
fn lines(text: &str) -> Vec<String> {
    text.trim_end().split_inclusive('\n').map(str::to_owned).collect()
}

/// The text as a literal of Python. JSON's string literals are a subset of Python's.
pub(crate) fn python_literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notebook_is_what_the_format_asks_for() {
        let mut notebook = Notebook::python();
        notebook.prose("# Title\n\nText");
        notebook.code("a = 1\nb = 2\n");
        let json = serde_json::to_value(&notebook).unwrap();
        assert_eq!(json["nbformat"], 4);
        assert_eq!(json["nbformat_minor"], 5);
        assert_eq!(json["cells"][0]["cell_type"], "markdown");
        assert_eq!(json["cells"][0]["source"], serde_json::json!(["# Title\n", "\n", "Text"]));
        assert_eq!(json["cells"][0].get("outputs"), None);
        assert_eq!(json["cells"][1]["source"], serde_json::json!(["a = 1\n", "b = 2"]));
        assert_eq!(json["cells"][1]["outputs"], serde_json::json!([]));
        assert_eq!(json["cells"][1]["execution_count"], serde_json::Value::Null);
        assert_eq!(json["cells"][1]["id"], "cell-2");
    }

    #[test]
    fn text_cannot_leave_its_literal() {
        assert_eq!(python_literal("a\"\n\\b"), r#""a\"\n\\b""#);
    }
}
