use super::errors::{TextError, TextErrorCode as Code};
use super::token::{Comment, Sign, Span, Token, TokenKind};

/// A text as tokens. Every text has some; what belongs to none is reported and left out.
#[derive(Debug)]
pub(crate) struct Lexed {
    /// In order; the last one is the end of the text.
    pub(crate) tokens: Vec<Token>,
    pub(crate) comments: Vec<Comment>,
    pub(crate) errors: Vec<TextError>,
    /// Whether there would have been more tokens than allowed.
    pub(crate) cut: bool,
}

/// Reading ends with this many errors: a text with more is not written in this language.
pub(crate) const MOST_ERRORS: usize = 100;

/// The tokens of a text, up to as many of them as allowed, or to one error too many.
pub(crate) fn lex(source: &str, most: usize) -> Lexed {
    let mut lexer = Lexer {
        source,
        at: 0,
        begins_line: true,
        lexed: Lexed { tokens: Vec::new(), comments: Vec::new(), errors: Vec::new(), cut: false },
    };
    let within = |lexed: &Lexed| lexed.tokens.len() + lexed.comments.len() <= most;
    while lexer.at < source.len() && within(&lexer.lexed) && lexer.lexed.errors.len() < MOST_ERRORS {
        lexer.next();
    }
    lexer.lexed.cut = lexer.at < source.len() && !within(&lexer.lexed);
    let end = Span::before(source.len());
    lexer.lexed.tokens.push(Token { kind: TokenKind::End, span: end, begins_line: true });
    lexer.lexed
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    begins_line: bool,
    lexed: Lexed,
}

/// Words before a colon that are not vocabularies: what follows need not be set off by a blank.
const LABELS: &[&str] = &["entry", "index", "exit", "censor"];

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = Span::new(self.at, self.at + length);
        self.lexed.tokens.push(Token { kind, span, begins_line: self.begins_line });
        self.begins_line = false;
        self.at = span.end;
    }

    fn report(&mut self, error: TextError) {
        self.lexed.errors.push(error);
    }

    fn next(&mut self) {
        let Some(first) = self.peek() else { return };
        let rest = self.rest();
        if first == '\n' {
            self.begins_line = true;
            self.at += 1;
        } else if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
        } else if rest.starts_with("//") {
            self.comment();
        } else if is_letter(first) {
            self.word();
        } else if first.is_ascii_digit() {
            let (kind, length) = number(rest);
            self.push(kind, length);
        } else {
            match first {
                '"' => self.text(),
                '\u{201c}' | '\u{201d}' | '\u{201e}' => self.typographic_text(),
                '\'' => self.quoted('\'', TokenKind::Unit),
                '`' => self.quoted('`', TokenKind::Name),
                '@' => {
                    let length = 1 + run(rest.get(1..).unwrap_or_default(), |c| is_word(c) || c == ':');
                    self.push(TokenKind::Digest, length);
                }
                _ => self.sign(first),
            }
        }
    }

    fn comment(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default().trim_end().len();
        let span = Span::new(self.at, self.at + line);
        let comment = Comment { span, before: self.lexed.tokens.len(), own_line: self.begins_line };
        self.lexed.comments.push(comment);
        self.at = span.end;
    }

    fn word(&mut self) {
        let length = run(self.rest(), is_word);
        let word = self.rest().get(..length).unwrap_or_default();
        let after = self.rest().get(length..).unwrap_or_default();
        let declares = self
            .lexed
            .tokens
            .last()
            .is_some_and(|token| token.kind == TokenKind::Word && token.span.of(self.source) == "param");
        match code_after(after, word == "OMOP") {
            Some(more) if !LABELS.contains(&word) && !declares => self.push(TokenKind::Code, length + more),
            _ => self.push(TokenKind::Word, length),
        }
    }

    /// A text, or a code whose vocabulary stands in quotes.
    fn text(&mut self) {
        let rest = self.rest();
        let Some(length) = quoted_length(rest) else { return self.open_quote() };
        let after = rest.get(length..).unwrap_or_default();
        match code_after(after, false) {
            Some(more) => self.push(TokenKind::Code, length + more),
            None => self.push(TokenKind::Text, length),
        }
    }

    fn quoted(&mut self, quote: char, kind: TokenKind) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        match line.get(1..).and_then(|rest| rest.find(quote)) {
            Some(length) => self.push(kind, length + 2),
            None => self.open_quote(),
        }
    }

    /// What stands after a quotation mark without a partner is text that nobody closed, so the rest
    /// of the line is left out.
    fn open_quote(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default().trim_end().len();
        let quote = self.rest().get(..1).unwrap_or_default().to_owned();
        let span = Span::new(self.at, self.at + line);
        self.report(
            TextError::new(Code::OpenQuote, span, "a quotation mark is not closed", "opened here").suggest(
                Span::before(span.end),
                quote,
                "close it at the end of the line",
            ),
        );
        // A text all the same, so that what it belongs to is not wrong as well.
        if self.rest().starts_with('"') {
            self.push(TokenKind::Text, line);
        }
        self.at = span.end;
    }

    fn typographic_text(&mut self) {
        let line = self.rest().split('\n').next().unwrap_or_default();
        let typographic = |c| matches!(c, '\u{201c}' | '\u{201d}' | '\u{201e}');
        let first = line.chars().next().map_or(1, char::len_utf8);
        let Some((inner, _)) = line.get(first..).unwrap_or_default().split_once(typographic) else {
            return self.open_quote_character(first);
        };
        let length = first + inner.len() + 3;
        let span = Span::new(self.at, self.at + length);
        let straight = format!("\"{inner}\"");
        self.report(
            TextError::new(
                Code::UnknownCharacter,
                span,
                "text stands in straight quotation marks",
                "typographic ones",
            )
            .suggest(span, straight, "use straight ones"),
        );
        self.push(TokenKind::Text, length);
    }

    fn open_quote_character(&mut self, length: usize) {
        let span = Span::new(self.at, self.at + length);
        let message = "text stands in straight quotation marks";
        self.report(TextError::new(Code::UnknownCharacter, span, message, "a typographic one").suggest(
            span,
            "\"",
            "use a straight one",
        ));
        self.at = span.end;
    }

    fn sign(&mut self, first: char) {
        let rest = self.rest();
        if let Some((written, meant)) = FOREIGN.iter().find(|(written, _)| rest.starts_with(written)) {
            let span = Span::new(self.at, self.at + written.len());
            self.report(
                TextError::new(Code::UnknownCharacter, span, "the language has no such sign", "not known")
                    .suggest(
                        span,
                        *meant,
                        if meant.is_empty() { "leave it out" } else { "this is how it is written" },
                    ),
            );
            match Sign::ALL.iter().find(|sign| sign.text() == *meant) {
                Some(sign) => self.push(TokenKind::Sign(*sign), written.len()),
                None => self.at = span.end,
            }
        } else if let Some(sign) = Sign::ALL.iter().find(|sign| rest.starts_with(sign.text())) {
            self.push(TokenKind::Sign(*sign), sign.text().len());
        } else {
            // One report for a run of them: a text in another script is one mistake, not a thousand.
            let length = run(rest, |c| {
                !c.is_ascii() && !c.is_whitespace() && !matches!(c, '\u{201c}' | '\u{201d}' | '\u{201e}')
            })
            .max(first.len_utf8());
            let span = Span::new(self.at, self.at + length);
            let message = "the language does not use this character outside of texts and comments";
            self.report(TextError::new(Code::UnknownCharacter, span, message, "not known"));
            self.at = span.end;
        }
    }
}

/// Signs of other languages and what they are here.
const FOREIGN: &[(&str, &str)] = &[
    ("==", "="),
    ("<>", "!="),
    ("\u{2265}", ">="),
    ("\u{2264}", "<="),
    ("\u{2260}", "!="),
    ("\u{2212}", "-"),
    ("&&", "and"),
    ("||", "or"),
    (";", ""),
    ("#", "//"),
];

const fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The length in bytes of the characters at the beginning that pass.
fn run(text: &str, passes: impl Fn(char) -> bool) -> usize {
    text.find(|c| !passes(c)).unwrap_or(text.len())
}

/// The length of a text in double quotes at the beginning, on one line.
fn quoted_length(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of a colon and a code at the beginning; of a negative number where those are codes.
fn code_after(text: &str, negative: bool) -> Option<usize> {
    let code = text.strip_prefix(':')?;
    if code.starts_with('"') {
        return quoted_length(code).map(|length| length + 1);
    }
    let sign = usize::from(negative && code.starts_with('-'));
    let length = plain_code_length(code.get(sign..).unwrap_or_default());
    (length > 0).then_some(1 + sign + length)
}

/// The length of a code that needs no quotes: letters and digits with single signs between them.
fn plain_code_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let word = |at: usize| bytes.get(at).is_some_and(|byte| is_word(char::from(*byte)));
    let mut length = 0;
    loop {
        match bytes.get(length) {
            Some(_) if word(length) => length += 1,
            Some(b'.' | b'-' | b'+' | b'/') if length > 0 && word(length + 1) => length += 1,
            _ => return length,
        }
    }
}

/// Whether a code can stand without quotes.
pub(crate) fn is_plain_code(text: &str) -> bool {
    !text.is_empty() && plain_code_length(text) == text.len()
}

/// Whether a vocabulary can stand without quotes.
pub(crate) fn is_plain_vocabulary(text: &str) -> bool {
    text.starts_with(is_letter) && text.chars().all(is_word) && !LABELS.contains(&text) && text != "OMOP"
}

/// What begins with a digit: a date, a number, or a number with letters at its end.
fn number(text: &str) -> (TokenKind, usize) {
    if let Some(length) = date_length(text) {
        return (TokenKind::Date, length);
    }
    let digits = |text: &str| run(text, |c| c.is_ascii_digit());
    let mut length = digits(text);
    if let Some(fraction) = text.get(length..).and_then(|rest| rest.strip_prefix('.')) {
        let fraction = digits(fraction);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    let letters = run(text.get(length..).unwrap_or_default(), is_word);
    (if letters > 0 { TokenKind::Measure } else { TokenKind::Number }, length + letters)
}

/// The length of three numbers with hyphens between them, the first of four to six digits.
fn date_length(text: &str) -> Option<usize> {
    let part = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let length = run(text, |c| c.is_ascii_digit());
        digits.contains(&length).then_some(length)
    };
    let year = part(text, 4..=6)?;
    let rest = text.get(year..)?.strip_prefix('-')?;
    let month = part(rest, 1..=2)?;
    let rest = rest.get(month..)?.strip_prefix('-')?;
    let day = part(rest, 1..=2)?;
    let after = rest.get(day..).unwrap_or_default();
    (!after.starts_with(is_letter)).then_some(year + month + day + 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kinds(source: &str) -> Vec<String> {
        lex(source, usize::MAX)
            .tokens
            .iter()
            .map(|token| format!("{:?} {}", token.kind, token.span.of(source)).trim().to_owned())
            .collect()
    }

    #[test]
    fn texts_become_tokens() {
        for (source, expected) in [
            ("", vec!["End"]),
            ("a // b", vec!["Word a", "End"]),
            (
                "LOINC:4548-4 OMOP:-5 ICD10CM:E11.9",
                vec!["Code LOINC:4548-4", "Code OMOP:-5", "Code ICD10CM:E11.9", "End"],
            ),
            ("\"RxNorm Extension\":\"OMOP47\"", vec!["Code \"RxNorm Extension\":\"OMOP47\"", "End"]),
            ("entry:dx", vec!["Word entry", "Sign(Colon) :", "Word dx", "End"]),
            ("param x:int", vec!["Word param", "Word x", "Sign(Colon) :", "Word int", "End"]),
            ("2015-03-01..2016-1-2", vec!["Date 2015-03-01", "Sign(DotDot) ..", "Date 2016-1-2", "End"]),
            ("6.5 '%' 30d", vec!["Number 6.5", "Unit '%'", "Measure 30d", "End"]),
            ("1..2", vec!["Number 1", "Sign(DotDot) ..", "Number 2", "End"]),
            ("\"a\\\"b\"", vec!["Text \"a\\\"b\"", "End"]),
            ("`first`", vec!["Name `first`", "End"]),
            ("a >= b", vec!["Word a", "Sign(AtLeast) >=", "Word b", "End"]),
        ] {
            assert_eq!(kinds(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_token_is_reported_once() {
        for (source, errors) in
            [("\"a", 1), ("'a\n'b'", 1), ("a ; b", 1), ("äöü", 1), ("a == b", 1), ("$ $", 2)]
        {
            assert_eq!(lex(source, usize::MAX).errors.len(), errors, "{source}");
        }
    }

    proptest! {
        #[test]
        fn every_text_has_tokens_in_order(source in "\\PC{0,60}|[a-z0-9:.\"'`@/\\\\ \n-]{0,60}") {
            let lexed = lex(&source, usize::MAX);
            let mut at = 0;
            for token in &lexed.tokens {
                prop_assert!(token.span.start >= at && token.span.end >= token.span.start);
                prop_assert!(source.get(token.span.start..token.span.end).is_some());
                at = token.span.end;
            }
            prop_assert_eq!(lexed.tokens.last().map(|token| token.kind), Some(TokenKind::End));
        }
    }
}
