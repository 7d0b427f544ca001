use super::{Failed, Parse, Parser};
use crate::ast::{Count, Definition, DigestPrefix, Import, Parameter, ParameterKind, Profile};
use crate::text::errors::{TextError, TextErrorCode as Code};
use crate::text::places::{PathStep, Place, Placed};
use crate::text::suggest::nearest;
use crate::text::token::{Sign, Span, TokenKind};
use crate::text::words::ITEMS;
use crate::{CohortName, ColumnName, EventsName, ParameterName, SetName};

impl Parser<'_> {
    /// A whole document. What could not be read is left out.
    pub(super) fn document(&mut self) -> (Definition, Place) {
        let mut root = Place::at(Span::new(0, self.source.len()));
        let profile = self.language(&mut root).unwrap_or(Profile::Native1);
        let mut definition = Definition::new(profile);
        loop {
            if self.peek_kind() == TokenKind::End {
                return (definition, root);
            }
            let start = self.next;
            self.mark_line();
            let (depth, keep_is_step) = (self.depth, self.keep_is_step);
            if self.item(&mut definition, &mut root).is_err() {
                (self.depth, self.keep_is_step, self.row_kind) = (depth, keep_is_step, None);
                if self.next == start {
                    self.take();
                }
                if !self.is_whole(start) {
                    self.skip_to_item();
                }
            }
        }
    }

    /// Whether what was taken since `start` ends with the brace that closes its first one, so that
    /// what follows is the next item, whatever it looks like.
    fn is_whole(&self, start: usize) -> bool {
        let mut open = 0_usize;
        for at in start..self.next {
            match self.token_at(at).kind {
                TokenKind::Sign(Sign::LeftBrace) => open += 1,
                TokenKind::Sign(Sign::RightBrace) if open == 0 => return false,
                TokenKind::Sign(Sign::RightBrace) => open -= 1,
                _ => {}
            }
        }
        let last = self.next.saturating_sub(1);
        open == 0 && self.is_sign_at(last, Sign::RightBrace) && self.peek().begins_line
    }

    /// `language 1` and, if it is not `native/1`, the profile.
    fn language(&mut self, root: &mut Place) -> Parse<Profile> {
        self.mark_line();
        if !self.is_word("language") {
            let span = Span::before(0);
            if let Some(meant) = nearest(self.word(), ["language"]) {
                let error = self.misspelt(self.peek().span, meant);
                self.report(error);
                self.take();
            } else {
                let message = "a text begins with the version of the language it is written in";
                let error = TextError::new(Code::NoLanguage, span, message, "missing here");
                self.report(error.suggest(span, "language 1\n", "the language as it is today"));
                return Err(Failed);
            }
        } else {
            self.take();
        }
        let span = self.peek().span;
        match self.whole::<u32>("the version of the language")? {
            1 => {}
            _ => {
                let message = "there is no other language than 1";
                let error = TextError::new(Code::UnknownLanguage, span, message, "not known");
                self.report(error.suggest(span, "1", "the language as it is today"));
            }
        }
        if !self.is_word("profile") {
            return Ok(Profile::Native1);
        }
        self.mark_line();
        self.take();
        let span = self.glued();
        root.put(PathStep::Field("profile"), Place::at(span));
        let written = self.text_of(span);
        if let Some(profile) = Profile::ALL.into_iter().find(|profile| profile.name() == written) {
            return Ok(profile);
        }
        let message = "a profile is one of `native/1`, `circe/1` and `aou-workbench/1`";
        let mut error = TextError::new(Code::UnknownLanguage, span, message, "not a profile");
        if let Some(meant) = nearest(written, Profile::ALL.map(Profile::name)) {
            error = error.suggest(span, meant, format!("`{meant}`"));
        }
        Err(self.fail(error))
    }

    /// Everything up to the next blank, which is one thing to the reader.
    fn glued(&mut self) -> Span {
        let start = self.next;
        loop {
            let end = self.take().span.end;
            if self.peek().span.start != end || self.peek_kind() == TokenKind::End {
                return self.since(start);
            }
            self.mark(|mark| mark.tight_before = true);
        }
    }

    fn item(&mut self, definition: &mut Definition, root: &mut Place) -> Parse<()> {
        let start = self.next;
        match self.word() {
            "import" => {
                self.take();
                let import = self.import(start)?;
                root.push_into("imports", None, import.place);
                definition.imports.push(import.node);
            }
            "param" => {
                self.take();
                let at = self.peek().span;
                let (name, parameter) = self.parameter(start)?;
                if definition.parameters.contains_key(&name) {
                    return Err(self.said_twice(at, "a parameter of this name exists already"));
                }
                let step = PathStep::Name(name.as_str().to_owned());
                root.push_into("parameters", Some(step), parameter.place);
                definition.parameters.insert(name, parameter.node);
            }
            "concepts" => {
                self.take();
                let at = self.peek().span;
                let (name, set) = self.concept_set(start)?;
                if definition.concept_sets.contains_key(&name) {
                    return Err(self.said_twice(at, "a concept set of this name exists already"));
                }
                let step = PathStep::Name(name.as_str().to_owned());
                root.push_into("concept_sets", Some(step), set.place);
                definition.concept_sets.insert(name, set.node);
            }
            "let" => {
                self.take();
                let at = self.peek().span;
                let name = self.name("the name of the events", EventsName::new)?;
                self.expect_sign(Sign::Equal)?;
                let events = self.events()?;
                self.end_of_line_part()?;
                if definition.events.contains_key(&name) {
                    return Err(self.said_twice(at, "events of this name exist already"));
                }
                let step = PathStep::Name(name.as_str().to_owned());
                root.push_into("events", Some(step), events.place);
                definition.events.insert(name, events.node);
            }
            "cohort" => {
                self.take();
                let cohort = self.cohort(start)?;
                root.push_into("cohorts", None, cohort.place);
                definition.cohorts.push(cohort.node);
            }
            "match" => {
                self.take();
                let matching = self.matching(start)?;
                root.push_into("matches", None, matching.place);
                definition.matches.push(matching.node);
            }
            "dataset" => {
                self.take();
                let dataset = self.dataset(start)?;
                root.push_into("datasets", None, dataset.place);
                definition.datasets.push(dataset.node);
            }
            "count" => {
                self.take();
                let count = self.count_item(start)?;
                root.push_into("counts", None, count.place);
                definition.counts.push(count.node);
            }
            "test" => {
                self.take();
                let test = self.example_test(start)?;
                root.push_into("tests", None, test.place);
                definition.tests.push(test.node);
            }
            _ => return Err(self.no_item()),
        }
        Ok(())
    }

    fn no_item(&mut self) -> Failed {
        if let TokenKind::Sign(Sign::RightBrace | Sign::RightRound | Sign::RightSquare) = self.peek_kind() {
            let span = self.peek().span;
            let error = TextError::new(Code::StrayBracket, span, "nothing is open here", "closes nothing");
            return self.fail(error.suggest(span, "", "leave it out"));
        }
        self.unexpected("`cohort`, `concepts`, `let` or another item", ITEMS)
    }

    /// After a part that could go on, a word that is none of the language's is a mistake to explain.
    pub(super) fn end_of_line_part(&mut self) -> Parse<()> {
        let token = self.peek();
        if token.begins_line || token.kind != TokenKind::Word || ITEMS.contains(&self.word()) {
            return Ok(());
        }
        match nearest(self.word(), crate::text::words::FILTERS.iter().copied()) {
            Some(_) => Err(self.unexpected("a filter or the next item", crate::text::words::FILTERS)),
            None => Ok(()),
        }
    }

    pub(super) fn said_twice(&mut self, span: Span, message: &'static str) -> Failed {
        self.fail(TextError::new(Code::SaidTwice, span, message, "the second one"))
    }

    fn import(&mut self, start: usize) -> Parse<Placed<Import>> {
        let (names, span) = self.members(true, |parser| {
            let at = parser.next;
            let name = parser.name("a concept set", SetName::new)?;
            Ok(Placed::new(name, parser.place_since(at)))
        })?;
        let (names, places): (Vec<_>, Vec<_>) = names.into_iter().map(|name| (name.node, name.place)).unzip();
        let mut place = Place::default().with("names", Place::list(span, places));
        self.expect_word("from")?;
        let from = self.text("the path of the other document in double quotes")?;
        let mut import = Import::new(names, from);
        if self.peek_kind() == TokenKind::Digest {
            let span = self.take().span;
            let written = self.text_of(span).strip_prefix("@sha256:").unwrap_or_default();
            let digest: Result<DigestPrefix, _> = written.parse();
            match digest {
                Ok(digest) => {
                    import.digest = Some(digest);
                    place = place.with("digest", Place::at(span));
                }
                Err(_) => {
                    let message = "a digest is `@sha256:` and 4 to 64 hexadecimal digits in small letters";
                    let error = TextError::new(Code::BadLiteral, span, message, "not a digest");
                    return Err(self.fail(error));
                }
            }
        }
        Ok(Placed::new(import, place.spanning(self.since(start))))
    }

    fn parameter(&mut self, start: usize) -> Parse<(ParameterName, Placed<Parameter>)> {
        let name = self.name("the name of the parameter", ParameterName::new)?;
        self.expect_sign(Sign::Colon)?;
        let kind = match self.word() {
            "quantity" => ParameterKind::Quantity,
            "duration" => ParameterKind::Duration,
            "date" => ParameterKind::Date,
            "int" => ParameterKind::Int,
            "concepts" => ParameterKind::Concepts,
            _ => {
                let words = ["quantity", "duration", "date", "int", "concepts"];
                let expected = "`quantity`, `duration`, `date`, `int` or `concepts`";
                return Err(self.unexpected(expected, &words));
            }
        };
        self.take();
        let mut place = Place::default();
        let mut default = None;
        if self.eat_sign(Sign::Equal) {
            let at = self.next;
            default = Some(self.literal()?);
            place = place.with("default", self.place_since(at));
        }
        Ok((name, Placed::new(Parameter { kind, default }, place.spanning(self.since(start)))))
    }

    /// `count cohort by value, … { release policy name }`
    fn count_item(&mut self, start: usize) -> Parse<Placed<Count>> {
        let at = self.next;
        let of = self.name("the name of a cohort", CohortName::new)?;
        let mut by = Vec::new();
        let mut place = Place::default().with("of", self.place_since(at));
        if self.eat_word("by") {
            loop {
                let value = self.value()?;
                place.push_into("by", None, value.place);
                by.push(value.node);
                if !self.eat_sign(Sign::Comma) {
                    break;
                }
            }
        }
        let opened = self.next;
        self.mark(|mark| mark.opens_group = true);
        self.expect_sign(Sign::LeftBrace)?;
        self.mark(|mark| mark.member = true);
        self.expect_word("release")?;
        self.expect_word("policy")?;
        let policy = self.name("the name of a disclosure policy", ColumnName::new)?;
        self.close(opened, Sign::RightBrace)?;
        let mut count = Count::new(of, policy);
        count.by = by;
        Ok(Placed::new(count, place.spanning(self.since(start))))
    }
}
