use strongroom_omop::ConceptId;

use super::{Failed, Parse, Parser};
use crate::ast::{Code, ConceptItem, ConceptRef, ConceptSet};
use crate::text::errors::{TextError, TextErrorCode};
use crate::text::places::{Place, Placed};
use crate::text::token::{Sign, Span, TokenKind};
use crate::{ParameterName, SetName};

impl Parser<'_> {
    /// `concepts name "title" { include … exclude … }`, after the first word.
    pub(super) fn concept_set(&mut self, start: usize) -> Parse<(SetName, Placed<ConceptSet>)> {
        let name = self.name("the name of the concept set", SetName::new)?;
        let mut set = ConceptSet { title: self.optional_title()?, ..ConceptSet::default() };
        let mut place = Place::default();
        let opened = self.next;
        self.mark(|mark| mark.opens_group = true);
        self.expect_sign(Sign::LeftBrace)?;
        let mut failed = false;
        while !self.is_sign(Sign::RightBrace) {
            if self.at_item() || self.at_wrong_closing() {
                return Err(self.unclosed(opened, Sign::RightBrace));
            }
            match self.concept_item() {
                Ok((true, item)) => {
                    place.push_into("include", None, item.place);
                    set.include.push(item.node);
                }
                Ok((false, item)) => {
                    place.push_into("exclude", None, item.place);
                    set.exclude.push(item.node);
                }
                Err(Failed) => {
                    failed = true;
                    self.skip_to_concept_item();
                }
            }
        }
        self.close(opened, Sign::RightBrace)?;
        let place = place.spanning(self.since(start));
        if failed { Err(Failed) } else { Ok((name, Placed::new(set, place))) }
    }

    fn skip_to_concept_item(&mut self) {
        while !self.at_item()
            && !self.is_sign(Sign::RightBrace)
            && !self.is_word("include")
            && !self.is_word("exclude")
        {
            self.take();
        }
    }

    fn concept_item(&mut self) -> Parse<(bool, Placed<ConceptItem>)> {
        let start = self.next;
        self.mark(|mark| mark.member = true);
        let include = self.eat_word("include");
        if !include {
            if !self.is_word("exclude") {
                return Err(self.unexpected("`include`, `exclude` or `}`", &["include", "exclude"]));
            }
            self.take();
        }
        let code = self.next;
        let mut item = ConceptItem::new(self.code()?);
        let code = self.place_since(code);
        item.label = self.optional_title()?;
        while self.eat_word("with") {
            match self.word() {
                "descendants" => item.descendants = true,
                "mapped" => item.mapped = true,
                "children" => item.children = true,
                _ => {
                    let words = ["descendants", "mapped", "children"];
                    return Err(self.unexpected("`descendants`, `mapped` or `children`", &words));
                }
            }
            self.take();
        }
        Ok((include, Placed::new(item, self.place_since(start).with("concept", code))))
    }

    /// One code, such as `SNOMED:44054006`, `OMOP:201826` or `"RxNorm Extension":"OMOP47"`.
    pub(super) fn code(&mut self) -> Parse<Code> {
        if self.peek_kind() != TokenKind::Code {
            let span = self.peek().span;
            if self.peek_kind() == TokenKind::Number {
                let id = self.text_of(span).to_owned();
                let error = TextError::new(
                    TextErrorCode::BadCode,
                    span,
                    "a concept is named by vocabulary and code",
                    "of which vocabulary?",
                )
                .suggest(span, format!("OMOP:{id}"), "the concept with this concept_id");
                return Err(self.fail(error));
            }
            return Err(self.unexpected("a code such as `SNOMED:44054006` or `OMOP:201826`", &[]));
        }
        let span = self.take().span;
        let written = self.text_of(span);
        let quoted = written.starts_with('"');
        let colon = if quoted { end_of_quoted(written) } else { written.find(':').unwrap_or(written.len()) };
        let vocabulary = Span::new(span.start, span.start + colon);
        let code = Span::new(vocabulary.end + 1, span.end);
        if !quoted && self.text_of(vocabulary) == "OMOP" {
            return match self.text_of(code).parse() {
                Ok(id) => Ok(Code::Id(ConceptId::new(id))),
                Err(_) => {
                    let message = "after `OMOP:` stands a concept_id, a whole number";
                    let error = TextError::new(TextErrorCode::BadCode, span, message, "no concept_id");
                    Err(self.fail(error))
                }
            };
        }
        let vocabulary =
            if quoted { self.unescape(vocabulary)? } else { self.text_of(vocabulary).to_owned() };
        let code = if self.text_of(code).starts_with('"') {
            self.unescape(code)?
        } else {
            self.text_of(code).to_owned()
        };
        Ok(Code::of(vocabulary, code))
    }

    /// `{ code, … }`
    pub(super) fn codes(&mut self) -> Parse<(Vec<Code>, Span)> {
        self.members(true, Self::code)
    }

    /// What stands after `in`: a concept set, a parameter, a code or several in braces.
    pub(super) fn concept_ref(&mut self) -> Parse<Placed<ConceptRef>> {
        let start = self.next;
        if self.is_sign(Sign::LeftBrace) {
            let (codes, span) = self.codes()?;
            return Ok(Placed::new(ConceptRef::Codes(codes), Place::at(span).under("codes")));
        }
        if self.peek_kind() == TokenKind::Code {
            let code = self.code()?;
            return Ok(Placed::new(ConceptRef::Codes(vec![code]), self.place_since(start).under("codes")));
        }
        let named = matches!(self.token_at(self.next + 1).kind, TokenKind::Word | TokenKind::Name);
        if self.is_word("param") && named && !self.token_at(self.next + 1).begins_line {
            self.take();
            let name = self.name("the name of a parameter", ParameterName::new)?;
            return Ok(Placed::new(ConceptRef::Parameter(name), self.place_since(start).under("parameter")));
        }
        let name = self.name("a concept set or codes in braces", SetName::new)?;
        Ok(Placed::new(ConceptRef::Set(name), self.place_since(start).under("set")))
    }
}

/// Where the text in double quotes at the beginning ends.
fn end_of_quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
