//! A recursive-descent parser that goes on after an error.
//!
//! A part that cannot be read has reported why and returns [`Failed`]; whoever reads a list of parts
//! goes on with the next one.

mod cohort;
mod concepts;
mod counting;
mod dataset;
mod events;
mod example;
mod items;
mod literal;
mod matching;
mod predicate;
mod recovery;
mod value;
mod window;

use std::collections::BTreeSet;

use super::errors::{TextError, TextErrorCode as Code};
use super::lexer::{Lexed, MOST_ERRORS};
use super::places::{Place, Places};
use super::token::{Sign, Span, Token, TokenKind};
use crate::ast::{Definition, EventKind};

/// A part could not be read; why is reported already.
#[derive(Debug)]
pub(crate) struct Failed;

pub(crate) type Parse<T> = Result<T, Failed>;

/// What the layout of a text has to know of a token.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    /// It begins an item, a clause or a row, which has a line of its own.
    pub(crate) line: bool,
    /// It opens a list whose members may share a line.
    pub(crate) opens_group: bool,
    /// It opens a block whose lines are always their own.
    pub(crate) opens_block: bool,
    /// It closes the group or block.
    pub(crate) closes: bool,
    /// It begins a member of a group.
    pub(crate) member: bool,
    /// A line that is too long may be broken before it.
    pub(crate) soft: bool,
    /// No blank before it.
    pub(crate) tight_before: bool,
    /// No blank after it.
    pub(crate) tight_after: bool,
}

pub(crate) struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    next: usize,
    errors: Vec<TextError>,
    pub(crate) marks: Vec<Mark>,
    depth: usize,
    deepest: usize,
    nesting: usize,
    /// The parameters and events that the text declares anywhere.
    parameters: BTreeSet<&'s str>,
    events: BTreeSet<&'s str>,
    /// Whether `keep` begins the next step of a cohort and not a filter.
    keep_is_step: bool,
    /// The kind of the rows whose filter is being read.
    row_kind: Option<EventKind>,
}

/// A read text: what it means, what is wrong with it, and where what stands.
pub(crate) struct Read {
    pub(crate) definition: Definition,
    pub(crate) errors: Vec<TextError>,
    pub(crate) places: Places,
    pub(crate) marks: Vec<Mark>,
}

/// Reads the tokens of a text; nothing in it may be nested deeper than `nesting`.
pub(crate) fn read(source: &str, lexed: Lexed, nesting: usize) -> (Read, Vec<Token>) {
    let marks = vec![Mark::default(); lexed.tokens.len()];
    let mut parser = Parser {
        source,
        // Whatever is wrong after so many errors would not be reported.
        next: if lexed.errors.len() < MOST_ERRORS { 0 } else { lexed.tokens.len().saturating_sub(1) },
        tokens: lexed.tokens,
        errors: lexed.errors,
        marks,
        depth: 0,
        // One level of the tree takes at most two of the grammar, because of brackets.
        deepest: nesting.saturating_mul(2).saturating_add(16),
        nesting,
        parameters: BTreeSet::new(),
        events: BTreeSet::new(),
        keep_is_step: false,
        row_kind: None,
    };
    parser.declarations();
    let (definition, place) = parser.document();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span.start);
    let places = Places::new(place);
    (Read { definition, errors, places, marks: parser.marks }, parser.tokens)
}

impl<'s> Parser<'s> {
    /// Every `param name :` and `let name =`, because a name may be used before it is declared.
    fn declarations(&mut self) {
        for at in 0..self.tokens.len().saturating_sub(2) {
            let name = self.name_at(at + 1);
            match (self.word_at(at), self.tokens.get(at + 2).map(|token| token.kind)) {
                ("param", Some(TokenKind::Sign(Sign::Colon))) => self.parameters.insert(name),
                ("let", Some(TokenKind::Sign(Sign::Equal))) => self.events.insert(name),
                _ => false,
            };
        }
    }

    // ---- looking -----------------------------------------------------------------------------

    fn token_at(&self, at: usize) -> Token {
        let end = Token { kind: TokenKind::End, span: Span::before(self.source.len()), begins_line: true };
        self.tokens.get(at).copied().unwrap_or(end)
    }

    fn peek(&self) -> Token {
        self.token_at(self.next)
    }

    fn peek_kind(&self) -> TokenKind {
        self.peek().kind
    }

    /// The word at a token; empty where there is none.
    fn word_at(&self, at: usize) -> &'s str {
        let token = self.token_at(at);
        if token.kind == TokenKind::Word { token.span.of(self.source) } else { "" }
    }

    /// The name or word at a token; empty where there is none.
    fn name_at(&self, at: usize) -> &'s str {
        let token = self.token_at(at);
        match token.kind {
            TokenKind::Word => token.span.of(self.source),
            TokenKind::Name => token.span.of(self.source).trim_matches('`'),
            _ => "",
        }
    }

    fn word(&self) -> &'s str {
        self.word_at(self.next)
    }

    fn is_word(&self, word: &str) -> bool {
        self.word() == word
    }

    fn is_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(ahead, word)| self.word_at(self.next + ahead) == *word)
    }

    fn is_sign_at(&self, at: usize, sign: Sign) -> bool {
        self.token_at(at).kind == TokenKind::Sign(sign)
    }

    fn is_sign(&self, sign: Sign) -> bool {
        self.is_sign_at(self.next, sign)
    }

    /// From the token at `start` to the last one taken.
    fn since(&self, start: usize) -> Span {
        let first = self.token_at(start).span;
        if self.next > start {
            first.to(self.token_at(self.next - 1).span)
        } else {
            Span::before(first.start)
        }
    }

    fn place_since(&self, start: usize) -> Place {
        Place::at(self.since(start))
    }

    /// The place after the last token taken.
    fn after_last(&self) -> Span {
        Span::before(if self.next == 0 { 0 } else { self.token_at(self.next - 1).span.end })
    }

    fn text_of(&self, span: Span) -> &'s str {
        span.of(self.source)
    }

    // ---- taking ------------------------------------------------------------------------------

    fn take(&mut self) -> Token {
        let token = self.peek();
        if token.kind != TokenKind::End {
            self.next += 1;
        }
        token
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.take();
        }
        found
    }

    fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.is_words(words);
        if found {
            self.next += words.len();
        }
        found
    }

    fn eat_sign(&mut self, sign: Sign) -> bool {
        let found = self.is_sign(sign);
        if found {
            self.take();
        }
        found
    }

    fn expect_word(&mut self, word: &'static str) -> Parse<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"), &[word])) }
    }

    fn expect_sign(&mut self, sign: Sign) -> Parse<()> {
        if self.eat_sign(sign) {
            return Ok(());
        }
        let bracket = matches!(sign, Sign::LeftBrace | Sign::LeftRound | Sign::LeftSquare);
        if bracket && self.peek_kind() != TokenKind::End {
            return Err(self.bracket_needed(sign));
        }
        Err(self.unexpected(&format!("`{}`", sign.text()), &[]))
    }

    // ---- reporting ---------------------------------------------------------------------------

    /// With the last error that is reported, reading ends: none after it would be.
    fn report(&mut self, error: TextError) {
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
        if self.errors.len() >= MOST_ERRORS {
            self.next = self.tokens.len().saturating_sub(1);
        }
    }

    fn fail(&mut self, error: TextError) -> Failed {
        self.report(error);
        Failed
    }

    /// The next token is not what must stand here.
    fn unexpected(&mut self, expected: &str, words: &[&'static str]) -> Failed {
        let span = self.peek().span;
        if let Some(failed) = self.reserved_word() {
            return failed;
        }
        if let Some(meant) = super::suggest::nearest(self.word(), words.iter().copied())
            && meant != self.word()
        {
            let error = self.misspelt(span, meant);
            return self.fail(error);
        }
        let label = match self.peek_kind() {
            TokenKind::End => "the text ends here".to_owned(),
            TokenKind::Sign(sign) => format!("not `{}`", sign.text()),
            _ => "not this".to_owned(),
        };
        self.fail(TextError::new(Code::Unexpected, span, format!("expected {expected}"), label))
    }

    fn misspelt(&self, span: Span, meant: &'static str) -> TextError {
        TextError::new(
            Code::UnknownWord,
            span,
            "the word means nothing here",
            format!("did you mean `{meant}`?"),
        )
        .suggest(span, meant, format!("`{meant}`"))
    }

    /// Whether a word of a later language stands next.
    fn reserved_word(&mut self) -> Option<Failed> {
        let what = match self.word() {
            "pathway" => "ordered sequences (`pathway`)",
            "measure" => "rates by interval (`measure`)",
            "function" => "functions",
            "grain" if self.word_at(self.next + 1) == "minute" => "minutes (`grain minute`)",
            "as" if self.word_at(self.next + 1) == "of" => "the last known value at a moment (`as of`)",
            _ => return None,
        };
        let second = matches!(self.word(), "grain" | "as");
        let span = self.peek().span.to(self.token_at(self.next + usize::from(second)).span);
        let message = format!("{what} are reserved for language 2");
        let message =
            if second && self.is_word("as") { format!("{what} is reserved for language 2") } else { message };
        Some(self.fail(TextError::new(Code::Reserved, span, message, "language 1 does not have this")))
    }

    // ---- nesting -----------------------------------------------------------------------------

    /// Reads a part one level deeper.
    fn deeper<T>(&mut self, part: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth >= self.deepest {
            return Err(self.too_deep());
        }
        self.depth += 1;
        let read = part(self);
        self.depth -= 1;
        read
    }

    fn too_deep(&mut self) -> Failed {
        let message = format!("nested deeper than {} levels; use flatter groups or names", self.nesting);
        let error = TextError::new(Code::TooLarge, self.peek().span, message, "too deep");
        self.fail(error)
    }

    /// Reads a part inside brackets, where `keep` is always a filter.
    fn inside_brackets<T>(&mut self, part: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outer = std::mem::replace(&mut self.keep_is_step, false);
        let read = part(self);
        self.keep_is_step = outer;
        read
    }

    // ---- marks for the layout ----------------------------------------------------------------

    fn mark(&mut self, change: impl FnOnce(&mut Mark)) {
        if let Some(mark) = self.marks.get_mut(self.next) {
            change(mark);
        }
    }

    fn mark_line(&mut self) {
        self.mark(|mark| mark.line = true);
    }

    fn mark_soft(&mut self) {
        self.mark(|mark| mark.soft = true);
    }
}
