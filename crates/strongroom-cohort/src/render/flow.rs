use std::fmt::Write as _;

use super::prose::{events_phrase, exit_sentence, step_sentences};
use super::words::escape;
use crate::ast::{Cohort, Definition, Entry, Predicate};

/// A cohort as a flow chart in the language of Mermaid: who enters, what each step asks, who is
/// left, how people leave.
///
/// Labels are foreign text: whatever they hold, they stay labels.
#[must_use]
pub fn mermaid(definition: &Definition, cohort: &Cohort) -> String {
    let mut chart = String::from("flowchart TD\n");
    for (number, block) in blocks(definition, cohort).iter().enumerate() {
        let (open, close) = if block.question { ("{{", "}}") } else { ("[", "]") };
        line(&mut chart, &format!("    n{number}{open}\"{}\"{close}", label(&block.text)));
        if number > 0 {
            let passes = if block.after_question { "|passes|" } else { "" };
            line(&mut chart, &format!("    n{} -->{passes} n{number}", number - 1));
        }
        if block.question {
            line(&mut chart, &format!("    n{number} -->|does not| x{number}([\"dropped\"])"));
        }
    }
    chart
}

/// The same chart as an SVG picture, without scripts and outside references.
#[must_use]
pub fn svg(definition: &Definition, cohort: &Cohort) -> String {
    const WIDTH: usize = 720;
    const LINE: usize = 20;
    const GAP: usize = 28;
    let mut boxes = String::new();
    let mut top = 10;
    let mut previous = None;
    for block in blocks(definition, cohort) {
        let lines = wrapped(&block.text, 84);
        let height = lines.len() * LINE + 20;
        if let Some(bottom) = previous {
            line(&mut boxes, &format!("<line x1=\"360\" y1=\"{bottom}\" x2=\"360\" y2=\"{top}\"/>"));
        }
        let round = if block.question { 18 } else { 2 };
        line(
            &mut boxes,
            &format!("<rect x=\"10\" y=\"{top}\" width=\"700\" height=\"{height}\" rx=\"{round}\"/>"),
        );
        for (row, text) in lines.iter().enumerate() {
            let y = top + 26 + row * LINE;
            line(&mut boxes, &format!("<text x=\"360\" y=\"{y}\">{}</text>", html(text)));
        }
        previous = Some(top + height);
        top += height + GAP;
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{top}\" \
         font-family=\"sans-serif\" font-size=\"14\" text-anchor=\"middle\" fill=\"none\" stroke=\"#345\">\n\
         <style>text {{ fill: #123; stroke: none }}</style>\n{boxes}</svg>\n"
    )
}

struct Block {
    text: String,
    question: bool,
    after_question: bool,
}

fn blocks(definition: &Definition, cohort: &Cohort) -> Vec<Block> {
    let entry = match &cohort.entry {
        Entry::People(predicate) if *predicate == Predicate::All(Vec::new()) => "everyone".to_owned(),
        Entry::People(_) => "people by a condition".to_owned(),
        Entry::Events(entry) => format!("entry: {}", events_phrase(definition, &entry.of)),
    };
    let mut blocks = vec![Block { text: entry, question: false, after_question: false }];
    let sentences = step_sentences(definition, cohort);
    for (number, (step, sentence)) in cohort.steps.iter().zip(sentences).enumerate() {
        let text = match &step.label {
            Some(label) => format!("{}: {sentence}", label.as_str()),
            None => format!("step {}: {sentence}", number + 1),
        };
        let after_question = number > 0;
        blocks.push(Block { text, question: true, after_question });
    }
    let text = match &cohort.entry {
        Entry::People(_) => "the cohort".to_owned(),
        Entry::Events(_) => exit_sentence(definition, cohort),
    };
    blocks.push(Block { text, question: false, after_question: !cohort.steps.is_empty() });
    blocks
}

/// Text as XML writes it.
fn html(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for one in escape(text).chars() {
        match one {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            // In Mermaid these would begin Markdown.
            '`' => written.push_str("&#96;"),
            one => written.push(one),
        }
    }
    written
}

/// Text in a label of Mermaid, where `#` begins an entity and needs no `&`.
fn label(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for one in escape(text).chars() {
        match one {
            '&' => written.push_str("#amp;"),
            '<' => written.push_str("#lt;"),
            '>' => written.push_str("#gt;"),
            '"' => written.push_str("#quot;"),
            '#' => written.push_str("#35;"),
            '`' => written.push_str("#96;"),
            one => written.push(one),
        }
    }
    written
}

/// The text in lines of about so many characters, cut at blanks.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.chars().count() + word.chars().count() >= width);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}
