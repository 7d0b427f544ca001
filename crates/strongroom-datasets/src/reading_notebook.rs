use std::fmt::Write;

use crate::manifest::ExportManifest;
use crate::notebook::{Notebook, python_literal};

/// A notebook that reads the export beside it, and begins to look at it.
pub(crate) fn reading_notebook(manifest: &ExportManifest) -> Notebook {
    let mut notebook = Notebook::python();
    notebook.prose(&format!(
        "# {}\n\nCohort `{}` on release `{}` ({} tier, vocabulary {}).\n\n\
         The rows belong to the {} tier: they stay in the workspace. Before you show a result to anybody \
         outside, look that no number in it stands for 1 to 20 people, and that none can be worked out.\n\n\
         Needs `pandas` and `pyarrow`.",
        manifest.title,
        manifest.cohort,
        manifest.release,
        manifest.tier,
        manifest.vocabulary_version,
        manifest.tier,
    ));
    notebook.code(
        "from pathlib import Path\n\
         import hashlib\n\
         import json\n\
         \n\
         import pandas as pd\n\
         \n\
         folder = Path(\".\")\n\
         dataset = json.loads((folder / \"dataset.json\").read_text(encoding=\"utf-8\"))",
    );
    notebook.prose("## Are these the files that were exported?");
    notebook.code(
        "for file in dataset[\"files\"]:\n    \
             digest = hashlib.sha256((folder / file[\"name\"]).read_bytes()).hexdigest()\n    \
             assert digest == file[\"sha256\"], f\"{file['name']} is not the file that was exported\"\n\
         print(len(dataset[\"files\"]), \"files, as exported\")",
    );
    notebook.prose("## The tables");
    let mut reading = String::from("tables = {\n");
    for file in manifest.files.iter() {
        let name = file.name.trim_end_matches(".parquet");
        // Writing to a string cannot fail.
        let _ = writeln!(
            reading,
            "    {}: pd.read_parquet(folder / {}),",
            python_literal(name),
            python_literal(&file.name)
        );
    }
    reading.push_str("}\ncohort = tables[\"cohort\"]\npd.DataFrame({\"rows\": {name: len(table) for name, table in tables.items()}})");
    notebook.code(&reading);
    notebook.prose("## The cohort");
    notebook.code("cohort.describe(include=\"all\")");
    notebook.code(
        "ages = cohort[\"age_at_start\"].dropna()\n\
         pd.cut(ages, bins=range(0, 111, 10), right=False).value_counts(sort=False)",
    );
    notebook.prose("## Its events");
    notebook.code(
        "for name, table in tables.items():\n    \
             if name != \"cohort\":\n        \
                 print(name, \"-\", table[\"person_id\"].nunique(), \"people,\", len(table), \"rows\")\n        \
                 display(table.head())",
    );
    notebook
}
