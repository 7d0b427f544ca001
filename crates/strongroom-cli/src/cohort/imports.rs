//! What definitions import from files beside them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use strongroom::cohort::text::parse;
use strongroom::cohort::{Definition, Limits, Problem, link};
use strongroom::primitives::NonEmpty;

/// A document: its text, and what it means with everything that it imports.
type Document = (String, Definition);

/// The definition in a file, with the concept sets that it imports from other files. They are named from
/// the file's own folder on; what stands at an address is not fetched, and has to be put into a file.
pub(super) fn linked(
    file: &Path,
    definition: &Definition,
    limits: &Limits,
) -> Result<Definition, NonEmpty<Problem>> {
    let open = file.canonicalize().into_iter().collect();
    Reader { limits, read: BTreeMap::new(), open }.link(folder_of(file), definition)
}

struct Reader<'l> {
    limits: &'l Limits,
    /// What was read, once however often it is imported. Nothing of what is no document.
    read: BTreeMap<PathBuf, Option<Document>>,
    /// The files that wait for what they import: none of them can be imported there.
    open: Vec<PathBuf>,
}

/// How many files may import one another in a row.
const DEEPEST: usize = 32;

impl Reader<'_> {
    fn link(&mut self, folder: &Path, definition: &Definition) -> Result<Definition, NonEmpty<Problem>> {
        let mut imports = BTreeMap::new();
        for import in &definition.imports {
            if let Some(document) = self.document(&folder.join(&import.from)) {
                imports.insert(import.from.clone(), document);
            }
        }
        link(definition, &imports)
    }

    /// The document in a file; nothing if there is none that can be read: whoever imports it is told that
    /// it was not loaded.
    fn document(&mut self, file: &Path) -> Option<Document> {
        let file = file.canonicalize().ok()?;
        if let Some(known) = self.read.get(&file) {
            return known.clone();
        }
        if self.open.contains(&file) || self.open.len() >= DEEPEST {
            return None;
        }
        self.open.push(file.clone());
        let document = self.read_document(&file);
        self.open.pop();
        self.read.insert(file, document.clone());
        document
    }

    fn read_document(&mut self, file: &Path) -> Option<Document> {
        let text = fs::read_to_string(file).ok()?;
        let json = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
        let written = if json {
            Definition::from_json(&text, self.limits).ok()?
        } else {
            parse(&text, self.limits).definition?
        };
        let definition = self.link(folder_of(file), &written).ok()?;
        Some((text, definition))
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}
