use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::command::strongroom;
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

#[test]
fn an_editor_talks_to_the_server() {
    let folder = tempfile::tempdir().unwrap();
    omop::write(&folder.path().join("omop"));
    let mut command = strongroom(folder.path(), "lsp --omop omop");
    let mut server = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(server.stdout.take().unwrap());
    let mut editor = Editor { server, said };

    let abilities = editor.ask(1, "initialize", &json!({"capabilities": {}}))["capabilities"].clone();
    for ability in ["documentFormattingProvider", "hoverProvider", "completionProvider", "textDocumentSync"] {
        assert!(abilities.get(ability).is_some(), "no {ability} in {abilities}");
    }
    editor.notify("initialized", &json!({}));

    let document = json!({"uri": "file:///d.cohort"});
    let broken = DIABETES.replace("conditions in", "conditons in");
    editor.notify(
        "textDocument/didOpen",
        &json!({"textDocument": {"uri": "file:///d.cohort", "languageId": "cohort", "version": 1, "text": broken}}),
    );
    let diagnostics = editor.diagnostics();
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
    let items =
        editor.ask(5, "textDocument/completion", &json!({"textDocument": document, "position": position}));
    let labels: Vec<_> =
        items.as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap()).collect();
    for label in ["diabetes", "first_diabetes", "conditions", "value", "person.race", "require"] {
        assert!(labels.contains(&label), "`{label}` is not offered: {labels:?}");
    }

    editor.notify("textDocument/didClose", &json!({"textDocument": document}));
    assert_eq!(editor.diagnostics(), Vec::<Value>::new());
    assert!(editor.ask(6, "shutdown", &Value::Null).is_null());
    editor.notify("exit", &Value::Null);
    assert!(editor.server.wait().unwrap().success());
}

fn formatting(document: &Value) -> Value {
    json!({"textDocument": document, "options": {"tabSize": 2, "insertSpaces": true}})
}
