use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};
use strongroom_testkit::Synthetic;

use crate::command::{strongroom, succeed};
use crate::omop::{self, DIABETES};

/// A server and both ends of the conversation.
struct Editor {
    server: Child,
    said: BufReader<ChildStdout>,
}

impl Editor {
    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let input = self.server.stdin.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        input.flush().unwrap();
    }

    fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, id: u32, method: &str, params: &Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        let answer = self.receive();
        assert_eq!(answer["id"], id, "{answer}");
        assert!(answer.get("error").is_none(), "{answer}");
        answer["result"].clone()
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.said.read_line(&mut line).unwrap(), 0, "the server has left");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().unwrap(),
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut bytes = vec![0; length];
        self.said.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    fn diagnostics(&mut self) -> Vec<Value> {
        let message = self.receive();
        assert_eq!(message["method"], "textDocument/publishDiagnostics", "{message}");
        message["params"]["diagnostics"].as_array().unwrap().clone()
    }
}

const ADDRESS: &str = "file:///d.cohort";

impl Editor {
    /// A server with these arguments, in this folder, to which the editor has introduced itself.
    fn start(folder: &Path, arguments: &str) -> Self {
        let mut command = strongroom(folder, &format!("lsp {arguments}"));
        let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(server.stdout.take().unwrap());
        let mut editor = Self { server, said };
        let abilities = editor.ask(1, "initialize", &json!({"capabilities": {}}))["capabilities"].clone();
        for ability in [
            "codeActionProvider",
            "completionProvider",
            "documentFormattingProvider",
            "hoverProvider",
            "textDocumentSync",
        ] {
            assert!(abilities.get(ability).is_some(), "no {ability} in {abilities}");
        }
        editor.notify("initialized", &json!({}));
        editor
    }

    /// Opens the document with this text, and says what is wrong with it.
    fn open(&mut self, text: &str) -> Vec<Value> {
        let document = json!({"uri": ADDRESS, "languageId": "cohort", "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
        self.diagnostics()
    }

    /// Asks about the place in the text where `at` stands first.
    fn ask_at(&mut self, method: &str, text: &str, at: &str) -> Value {
        let place = json!({"textDocument": {"uri": ADDRESS}, "position": position(text, at)});
        self.ask(7, method, &place)
    }

    fn hover(&mut self, text: &str, at: &str) -> String {
        self.ask_at("textDocument/hover", text, at)["contents"]["value"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    fn leave(mut self) {
        assert!(self.ask(9, "shutdown", &Value::Null).is_null());
        self.notify("exit", &Value::Null);
        assert!(self.server.wait().unwrap().success());
    }
}

/// Where something stands first in a text without anything but ASCII.
fn position(text: &str, at: &str) -> Value {
    let before = &text[..text.find(at).unwrap()];
    let line = before.rsplit('\n').next().unwrap();
    json!({"line": before.matches('\n').count(), "character": line.len()})
}

#[test]
fn an_editor_talks_to_the_server() {
    let folder = tempfile::tempdir().unwrap();
    omop::write(&folder.path().join("omop"));
    let mut editor = Editor::start(folder.path(), "--omop omop");

    let document = json!({"uri": ADDRESS});
    let diagnostics = editor.open(&DIABETES.replace("conditions in", "conditons in"));
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0]["severity"], 1);
    assert_eq!(diagnostics[0]["range"]["start"], json!({"line": 6, "character": 10}));
    assert!(diagnostics[0]["code"].as_str().unwrap().starts_with('E'), "{diagnostics:?}");
    assert!(diagnostics[0]["message"].as_str().unwrap().contains("conditions"), "{diagnostics:?}");
    let unread = editor.ask(2, "textDocument/formatting", &formatting(&document));
    assert!(unread.is_null(), "what cannot be read is not laid out: {unread}");

    let ragged = DIABETES.replace("  observed", "observed");
    editor.notify(
        "textDocument/didChange",
        &json!({"textDocument": {"uri": "file:///d.cohort", "version": 2}, "contentChanges": [{"text": ragged}]}),
    );
    assert_eq!(editor.diagnostics(), Vec::<Value>::new());
    let edits = editor.ask(3, "textDocument/formatting", &formatting(&document));
    assert_eq!(edits.as_array().map(Vec::len), Some(1), "{edits}");
    assert!(edits[0]["newText"].as_str().unwrap().contains("\n  observed by"), "{edits}");
    assert_eq!(edits[0]["range"]["start"], json!({"line": 0, "character": 0}));

    let position = json!({"line": 2, "character": 44});
    let hover = editor.ask(4, "textDocument/hover", &json!({"textDocument": document, "position": position}));
    assert_eq!(
        hover["contents"]["value"],
        "Type 2 diabetes mellitus (OMOP:201826)\nlabelled “Type 2 diabetes mellitus”"
    );
    let items = editor.ask_at("textDocument/completion", &ragged, "conditions in");
    let labels: Vec<_> =
        items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    for label in ["diabetes", "first_diabetes", "conditions", "value", "person.race", "require"] {
        assert!(labels.contains(&label), "`{label}` is not offered: {labels:?}");
    }

    editor.notify("textDocument/didClose", &json!({"textDocument": document}));
    assert_eq!(editor.diagnostics(), Vec::<Value>::new());
    editor.leave();
}

#[test]
fn corrections_are_quick_fixes() {
    let folder = tempfile::tempdir().unwrap();
    let mut editor = Editor::start(folder.path(), "");
    let broken = DIABETES.replace("conditions in", "conditons in");
    let diagnostics = editor.open(&broken);
    let mut offered = |at: &str, context: Value| {
        let cursor = position(&broken, at);
        let asked = json!({
            "textDocument": {"uri": ADDRESS},
            "range": {"start": cursor, "end": cursor},
            "context": context,
        });
        editor.ask(2, "textDocument/codeAction", &asked).as_array().unwrap().clone()
    };

    let actions = offered("tons in", json!({"diagnostics": []}));
    assert_eq!(actions.len(), 1, "{actions:?}");
    let action = &actions[0];
    assert_eq!((&action["title"], &action["kind"]), (&json!("write `conditions`"), &json!("quickfix")));
    assert_eq!(action["diagnostics"], json!(diagnostics));
    let edits = &action["edit"]["changes"][ADDRESS];
    let place = json!({"start": position(&broken, "conditons"), "end": position(&broken, " in diabetes")});
    assert_eq!(edits, &json!([{"range": place, "newText": "conditions"}]));

    let none = Vec::<Value>::new();
    assert_eq!(offered("observed by", json!({"diagnostics": []})), none, "elsewhere nothing is wrong");
    assert_eq!(offered("tons in", json!({"diagnostics": [], "only": ["refactor"]})), none);
    assert_eq!(offered("tons in", json!({"diagnostics": [], "only": ["quickfix"]})), actions);
    editor.leave();
}

#[test]
fn concepts_are_found_by_the_words_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    omop::write(&folder.path().join("omop"));
    let typing = DIABETES.replace("SNOMED:44054006 \"Type 2 diabetes mellitus\"", "mell TYPE 2|");
    let place = json!({"start": position(&typing, "mell"), "end": position(&typing, "|")});

    let mut editor = Editor::start(folder.path(), "--omop omop");
    editor.open(&typing);
    let found = editor.ask_at("textDocument/completion", &typing, "|");
    let written = "SNOMED:44054006 \"Type 2 diabetes mellitus\"";
    let item = json!({
        "label": written,
        "kind": 21,
        "detail": "Condition, standard",
        "sortText": "00",
        "filterText": "mell TYPE 2",
        "textEdit": {"range": place, "newText": written},
    });
    assert_eq!(found, json!({"isIncomplete": true, "items": [item]}));

    // With fewer letters there are more, of which this one has the shortest name.
    let found = editor.ask_at("textDocument/completion", &typing, "mell");
    let labels: Vec<_> = found["items"].as_array().unwrap().iter().map(|item| &item["label"]).collect();
    assert_eq!(labels, ["SNOMED:111 \"Diabetic\"", written]);
    let elsewhere = editor.ask_at("textDocument/completion", &typing, "in diabetes");
    assert!(elsewhere.is_array(), "outside of concept sets no concepts are offered: {elsewhere}");
    editor.leave();

    let mut editor = Editor::start(folder.path(), "");
    editor.open(&typing);
    let without = editor.ask_at("textDocument/completion", &typing, "|");
    assert!(without.is_array(), "without a vocabulary no concepts are offered: {without}");
    editor.leave();
}

/// Numbers are those of the cohort engine, where the rule of released counts lets them be seen.
#[test]
fn a_release_tells_how_many_people_have_a_concept() {
    let folder = tempfile::tempdir().unwrap();
    Synthetic::new(500, 1).write_csv(&folder.path().join("omop")).unwrap();
    succeed(folder.path(), "cdr build --omop omop --out R1 --name R1 --tier registered");
    let text = r#"language 1

concepts diabetes "Diabetes" { include Synthetic:SYN1101 "Diabetes mellitus" with descendants }
concepts rare { include OMOP:2000001113 }
concepts coded { include "Synthetic Source":"1103.a" }
concepts missing { include OMOP:77 }

cohort all {
  observed unbounded
  entry: conditions in diabetes, all
}
"#;
    // Without the sets that are not asked for, of which one cannot be found.
    let counted: String = text
        .split_inclusive('\n')
        .filter(|line| !line.contains("{ include \"") && !line.contains("{ include OMOP"))
        .collect();
    fs::write(folder.path().join("all.cohort"), counted).unwrap();
    let counted = succeed(folder.path(), "cohort count R1 all.cohort");
    let people: u64 = counted.split(' ').next().unwrap().parse().unwrap();
    assert!((21..480).contains(&people), "a number that would not be shown: {counted}");

    let mut editor = Editor::start(folder.path(), "--release R1");
    editor.open(text);
    for (at, expected) in [
        (
            "SYN1101",
            format!(
                "Diabetes mellitus (OMOP:2000001101)\nlabelled “Diabetes mellitus”\n\
                 people with it: 0; with it or a descendant: {people}"
            ),
        ),
        (
            "2000001113",
            "Type 2 diabetes mellitus without complication (OMOP:2000001113)\npeople with it: ≤ 20".into(),
        ),
        (
            "1103.a",
            "Type 2 diabetes mellitus (source, a) (OMOP:2000101103)\n\
             a source concept: people are counted by standard concepts"
                .into(),
        ),
        ("77", "the vocabulary does not have this concept".into()),
        ("rare", "rare\n  include OMOP:2000001113\n1 concept; people with any of them: ≤ 20".into()),
    ] {
        assert_eq!(editor.hover(text, at), expected, "{at}");
        assert_eq!(editor.hover(text, at), expected, "{at}, remembered");
    }
    let set = editor.hover(text, "diabetes, all");
    let ends = format!(" concepts; people with any of them: {people}");
    assert!(set.starts_with("Diabetes\n  include Synthetic:SYN1101 ") && set.ends_with(&ends), "{set}");

    let found = editor.ask_at("textDocument/completion", text, " \"Diabetes mellitus\" with");
    assert_eq!(found["items"].as_array().map(Vec::len), Some(1), "{found}");
    assert_eq!(found["items"][0]["label"], "Synthetic:SYN1101 \"Diabetes mellitus\"");
    editor.leave();
}

fn formatting(document: &Value) -> Value {
    json!({"textDocument": document, "options": {"tabSize": 2, "insertSpaces": true}})
}
