use std::io::{self, Write};

use serde_json::{Value, json};
use strongroom::tiers::{Direction, PolicyDiff};

use crate::Failure;
use crate::arguments::PolicyDiffArguments;
use crate::policy::source;

/// Says what the new policy says differently, each change with its direction.
pub(super) fn run(arguments: &PolicyDiffArguments) -> Result<(), Failure> {
    let [old, new] = [source::policy(&arguments.old)?, source::policy(&arguments.new)?];
    let diff = strongroom::tiers::diff(&old, &new);
    let mut output = io::stdout().lock();
    if arguments.json {
        serde_json::to_writer_pretty(&mut output, &document(&diff))?;
        writeln!(output)?;
    } else if diff.is_empty() {
        writeln!(output, "The policies say the same.")?;
    } else {
        write!(output, "{diff}")?;
        let count = |direction| diff.changes().iter().filter(|one| one.direction() == direction).count();
        writeln!(
            output,
            "\n{} looser, {} stricter, {} neither",
            count(Direction::Looser),
            count(Direction::Stricter),
            count(Direction::Neither)
        )?;
    }
    Ok(())
}

fn document(diff: &PolicyDiff) -> Value {
    let changes = diff.changes().iter().map(|change| {
        json!({
            "path": change.path().to_string(),
            "before": change.before(),
            "after": change.after(),
            "direction": change.direction().to_string(),
        })
    });
    json!({
        "format": "strongroom-policy-diff/1",
        "loosens": diff.loosens(),
        "tightens": diff.tightens(),
        "changes": changes.collect::<Vec<_>>(),
    })
}
