use chrono::NaiveDate;
use strongroom_omop::ConceptId;

use super::problem::AouProblemKind as Kind;
use super::reader::{Object, Problems, finite};
use super::words::{AttributeName, ItemType, Mention, ModifierName, Operator, Relation};
use crate::ast::Title;
use crate::json::Tree;
use crate::path::JsonPath;

/// A definition of the Workbench that keeps the rules its server checks.
pub(super) struct Request {
    pub(super) includes: Vec<Group>,
    pub(super) excludes: Vec<Group>,
    pub(super) data_filters: Vec<String>,
}

pub(super) struct Group {
    pub(super) path: JsonPath,
    pub(super) name: Option<Title>,
    /// Nothing where an item could not be read.
    pub(super) items: Vec<Option<Item>>,
    pub(super) time: Option<Time>,
}

/// What a temporal group asks.
pub(super) struct Time {
    pub(super) mention: Mention,
    pub(super) relation: Option<Relation>,
    pub(super) days: Option<i64>,
}

pub(super) struct Item {
    pub(super) path: JsonPath,
    pub(super) is: ItemType,
    pub(super) temporal_group: Option<i64>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) modifiers: Vec<Modifier>,
}

pub(super) struct Parameter {
    pub(super) path: JsonPath,
    pub(super) name: Option<Title>,
    pub(super) domain: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) group: bool,
    pub(super) ancestor_data: bool,
    pub(super) standard: bool,
    pub(super) concept: Option<ConceptId>,
    pub(super) variant: Option<String>,
    pub(super) variants: Option<VariantFilter>,
    pub(super) attributes: Vec<Attribute>,
}

pub(super) struct Attribute {
    pub(super) path: JsonPath,
    pub(super) name: AttributeName,
    pub(super) concept: Option<ConceptId>,
    /// Nothing only for `ANY`.
    pub(super) test: Option<(Operator, Vec<f64>)>,
}

pub(super) struct Modifier {
    pub(super) path: JsonPath,
    pub(super) name: ModifierName,
    pub(super) operator: Operator,
    pub(super) operands: Operands,
}

pub(super) enum Operands {
    Integers(Vec<i64>),
    Days(Vec<NaiveDate>),
}

pub(super) struct VariantFilter {
    pub(super) path: JsonPath,
    pub(super) term: Option<String>,
    pub(super) genes: Vec<String>,
    pub(super) consequences: Vec<String>,
    pub(super) significance: Vec<String>,
    /// Lowest and highest allele count, allele number and allele frequency.
    pub(super) count: Range,
    pub(super) number: Range,
    pub(super) frequency: Range,
    pub(super) participants: Option<(Operator, Vec<i64>)>,
    pub(super) without: Vec<String>,
}

pub(super) type Range = (Option<f64>, Option<f64>);

const DEFINITION: &[&str] = &["includes", "excludes", "dataFilters"];
const GROUP: &[&str] = &["id", "name", "items", "temporal", "mention", "time", "timeValue", "timeFrame"];
const ITEM: &[&str] = &["id", "name", "type", "temporalGroup", "searchParameters", "modifiers"];
const PARAMETER: &[&str] = &[
    "parameterId",
    "name",
    "domain",
    "type",
    "subtype",
    "group",
    "ancestorData",
    "standard",
    "conceptId",
    "variantId",
    "variantFilter",
    "attributes",
];
const ATTRIBUTE: &[&str] = &["name", "operator", "operands", "conceptId"];
const MODIFIER: &[&str] = &["name", "operator", "operands"];
const VARIANT_FILTER: &[&str] = &[
    "searchTerm",
    "geneList",
    "consequenceList",
    "clinicalSignificanceList",
    "countMin",
    "countMax",
    "numberMin",
    "numberMax",
    "frequencyMin",
    "frequencyMax",
    "participantCountRange",
    "exclusionList",
];
const PARTICIPANTS: &[&str] = &["operator", "operands"];

impl Request {
    /// Reads the whole definition. What is missing has its default; what is wrong is a problem, and
    /// what could be read beside it is still looked at.
    pub(super) fn read(tree: &Tree, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, JsonPath::default(), DEFINITION, problems)?;
        let groups = |field: &'static str, object: &mut Object<'_>, problems: &mut Problems| {
            let at = object.at(field);
            let list = object.list(field, problems);
            let read = list.iter().enumerate();
            let groups: Vec<_> =
                read.filter_map(|(n, tree)| Group::read(tree, at.position(n), problems)).collect();
            (groups, list.is_empty())
        };
        let (includes, no_includes) = groups("includes", &mut object, problems);
        let (excludes, no_excludes) = groups("excludes", &mut object, problems);
        let data_filters = object.texts("dataFilters", problems);
        if no_includes && no_excludes && object.sound() {
            problems.add(Kind::NoGroups, &object.path);
        }
        Some(Self { includes, excludes, data_filters })
    }
}

impl Group {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, GROUP, problems)?;
        let name = title(&mut object, problems);
        let at = object.at("items");
        let list = object.list("items", problems);
        if list.is_empty() && object.sound() {
            problems.add(Kind::NoItems, &at);
        }
        let items = list.iter().enumerate();
        let items = items.map(|(n, tree)| Item::read(tree, at.position(n), problems)).collect();
        let temporal = object.flag("temporal", problems);
        let mention = object.text("mention", problems);
        let relation = object.text("time", problems).and_then(Relation::read);
        let days = object.integer("timeValue", problems);
        let mention = match (mention, mention.and_then(Mention::read)) {
            (Some(_), None) => {
                object.fail(Kind::UnknownMention, "mention", problems);
                None
            }
            (_, mention) => mention,
        };
        let time = match (temporal, mention) {
            (true, Some(mention)) => Some(Time { mention, relation, days }),
            (true, None) => {
                if object.sound() {
                    problems.add(Kind::NoMention, &object.path);
                }
                return None;
            }
            (false, None) => None,
            (false, Some(_)) => {
                object.fail(Kind::MentionWithoutTime, "mention", problems);
                None
            }
        };
        object.sound().then_some(Self { path: object.path, name, items, time })
    }
}

impl Item {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, ITEM, problems)?;
        // Neither its id nor its name means anything, but a wrong one is still a problem.
        title(&mut object, problems);
        let word = object.text("type", problems);
        let is = word.and_then(ItemType::read);
        match (word, is) {
            (Some(_), None) => object.fail(Kind::UnknownType, "type", problems),
            (None, _) if object.sound() => object.fail(Kind::NoType, "type", problems),
            _ => {}
        }
        let temporal_group = object.integer("temporalGroup", problems);
        let at = object.at("searchParameters");
        let list = object.list("searchParameters", problems);
        if list.is_empty() && object.sound() {
            object.fail(Kind::NoParameters, "searchParameters", problems);
        }
        let parameters = every(list, &at, problems, Parameter::read);
        let at = object.at("modifiers");
        let list = object.list("modifiers", problems);
        let modifiers = every(list, &at, problems, Modifier::read);
        let (is, parameters, modifiers) = (is?, parameters?, modifiers?);
        object.sound().then_some(Self { path: object.path, is, temporal_group, parameters, modifiers })
    }
}

impl Parameter {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, PARAMETER, problems)?;
        let name = title(&mut object, problems);
        let domain = object.text("domain", problems).map(str::to_owned);
        let kind = object.text("type", problems).map(str::to_owned);
        let group = object.flag("group", problems);
        let ancestor_data = object.flag("ancestorData", problems);
        let standard = object.flag("standard", problems);
        let concept = object.integer("conceptId", problems).map(ConceptId::new);
        let variant = object.text("variantId", problems).map(str::to_owned);
        let mut sound = true;
        let variants = object.tree("variantFilter").and_then(|tree| {
            let filter = VariantFilter::read(tree, object.at("variantFilter"), problems);
            sound = filter.is_some();
            filter
        });
        let at = object.at("attributes");
        let list = object.list("attributes", problems);
        let attributes = every(list, &at, problems, Attribute::read)?;
        (sound && object.sound()).then_some(Self {
            path: object.path,
            name,
            domain,
            kind,
            group,
            ancestor_data,
            standard,
            concept,
            variant,
            variants,
            attributes,
        })
    }
}

impl Attribute {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, ATTRIBUTE, problems)?;
        let name = object.text("name", problems).and_then(AttributeName::read);
        let concept = object.integer("conceptId", problems).map(ConceptId::new);
        let Some(name) = name else {
            object.fail(Kind::UnknownAttribute, "name", problems);
            return None;
        };
        let test = if name == AttributeName::Any {
            None
        } else {
            let (operator, texts) = tested(&mut object, problems)?;
            let mut numbers = Vec::with_capacity(texts.len());
            for (position, text) in texts.iter().enumerate() {
                match finite(text) {
                    Some(number) => numbers.push(number),
                    None => {
                        problems.add(Kind::NotANumber, &object.at("operands").position(position));
                        return None;
                    }
                }
            }
            Some((operator, numbers))
        };
        object.sound().then_some(Self { path: object.path, name, concept, test })
    }
}

impl Modifier {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, MODIFIER, problems)?;
        let Some(name) = object.text("name", problems).and_then(ModifierName::read) else {
            object.fail(Kind::UnknownModifier, "name", problems);
            return None;
        };
        let (operator, texts) = tested(&mut object, problems)?;
        let at = object.at("operands");
        let operands = if name == ModifierName::EventDate {
            Operands::Days(parsed(&texts, &at, Kind::NotADate, problems)?)
        } else {
            Operands::Integers(parsed(&texts, &at, Kind::NotAnInteger, problems)?)
        };
        object.sound().then_some(Self { path: object.path, name, operator, operands })
    }
}

impl VariantFilter {
    fn read(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<Self> {
        let mut object = Object::read(tree, path, VARIANT_FILTER, problems)?;
        let term = object.text("searchTerm", problems).filter(|term| !term.is_empty()).map(str::to_owned);
        let mut range = |low: &'static str, high: &'static str, object: &mut Object<'_>| {
            (object.number(low, problems), object.number(high, problems))
        };
        let count = range("countMin", "countMax", &mut object);
        let number = range("numberMin", "numberMax", &mut object);
        let frequency = range("frequencyMin", "frequencyMax", &mut object);
        let participants = match object.tree("participantCountRange") {
            None => None,
            Some(tree) => Some(participants(tree, object.at("participantCountRange"), problems)?),
        };
        let genes = object.texts("geneList", problems);
        let consequences = object.texts("consequenceList", problems);
        let significance = object.texts("clinicalSignificanceList", problems);
        let without = object.texts("exclusionList", problems);
        object.sound().then_some(Self {
            path: object.path,
            term,
            genes,
            consequences,
            significance,
            count,
            number,
            frequency,
            participants,
            without,
        })
    }
}

fn participants(tree: &Tree, path: JsonPath, problems: &mut Problems) -> Option<(Operator, Vec<i64>)> {
    let mut object = Object::read(tree, path, PARTICIPANTS, problems)?;
    let operator = object.text("operator", problems).and_then(Operator::read);
    let texts = object.texts("operands", problems);
    let operands: Vec<i64> = texts.iter().filter_map(|text| text.trim().parse().ok()).collect();
    let takes = match operator {
        Some(Operator::Between) => 2,
        Some(Operator::GreaterThan | Operator::AtLeast | Operator::LessThan | Operator::AtMost) => 1,
        _ => 0,
    };
    match operator {
        Some(operator) if takes > 0 && texts.len() == takes && operands.len() == takes => {
            Some((operator, operands))
        }
        _ => {
            problems.add(Kind::ParticipantRange, &object.path);
            None
        }
    }
}

/// The operator and as many operands as it takes.
fn tested(object: &mut Object<'_>, problems: &mut Problems) -> Option<(Operator, Vec<String>)> {
    let word = object.text("operator", problems);
    let operator = word.and_then(Operator::read);
    match (word, operator) {
        (Some(_), None) => object.fail(Kind::UnknownOperator, "operator", problems),
        (None, _) if object.sound() => {
            object.sound().then(|| problems.add(Kind::NoOperator, &object.path));
        }
        _ => {}
    }
    let operands = object.texts("operands", problems);
    let count = operands.len();
    let wrong = match operator {
        _ if count == 0 => Some(Kind::NoOperands),
        Some(Operator::Between) if count != 2 => Some(Kind::TwoOperands),
        Some(Operator::In | Operator::Between) | None => None,
        Some(_) if count != 1 => Some(Kind::OneOperand),
        Some(_) => None,
    };
    if let Some(kind) = wrong
        && object.sound()
    {
        object.fail(kind, "operands", problems);
    }
    operator.filter(|_| object.sound()).map(|operator| (operator, operands))
}

fn parsed<T: std::str::FromStr>(
    texts: &[String],
    at: &JsonPath,
    otherwise: Kind,
    problems: &mut Problems,
) -> Option<Vec<T>> {
    let mut values = Vec::with_capacity(texts.len());
    for (position, text) in texts.iter().enumerate() {
        match text.trim().parse() {
            Ok(value) => values.push(value),
            Err(_) => {
                problems.add(otherwise, &at.position(position));
                return None;
            }
        }
    }
    Some(values)
}

/// Every element, if all of them can be read; all are looked at.
fn every<T>(
    list: &[Tree],
    at: &JsonPath,
    problems: &mut Problems,
    read: fn(&Tree, JsonPath, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let read = list.iter().enumerate().map(|(n, tree)| read(tree, at.position(n), problems));
    // Collected first, so that one that fails does not hide those after it.
    let all: Vec<_> = read.collect();
    all.into_iter().collect()
}

/// The name, as far as it can be a title: names mean nothing, so an odd one is left out.
fn title(object: &mut Object<'_>, problems: &mut Problems) -> Option<Title> {
    let name = object.text("name", problems)?;
    let line: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    Title::new(line).ok()
}
