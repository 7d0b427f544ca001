use super::Findings;
use crate::ast::{
    AggregateFunction, ArithmeticOperator, Column, ColumnType, Definition, EventKind, EventSource, Events,
    Filter, ParameterKind, Predicate, Value,
};
use crate::problem::ProblemKind;
use crate::walk::{Node, Part};

/// What kind of value an expression has (R2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Date,
    Concept,
    Text,
    Id,
}

impl Kind {
    const fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Date => "a day",
            Self::Concept => "a concept",
            Self::Text => "a text",
            Self::Id => "an id",
        }
    }

    const fn of_column(column: ColumnType) -> Self {
        match column {
            ColumnType::Date => Self::Date,
            ColumnType::Number => Self::Number,
            ColumnType::Concept => Self::Concept,
            ColumnType::Text => Self::Text,
            ColumnType::Id => Self::Id,
        }
    }
}

/// Values of different kinds that meet, and columns that a kind of event does not have.
pub(super) fn check(definition: &Definition, node: &Node<'_>, findings: &mut Findings) {
    let kind = |value| kind(definition, value);
    match node.part {
        Part::Predicate(Predicate::Compare { left, right, .. }) => {
            meet(kind(left), kind(right), node, "compare", findings);
        }
        Part::Predicate(Predicate::Between { value, low, high }) => {
            meet(kind(value), kind(low), node, "between", findings);
            meet(kind(value), kind(high), node, "between", findings);
        }
        Part::Predicate(Predicate::In { value, .. }) => {
            wanted(kind(value), Kind::Concept, node, "in", findings);
        }
        Part::Predicate(Predicate::Like { value, .. }) => {
            wanted(kind(value), Kind::Text, node, "like", findings);
        }
        Part::Value(Value::Arithmetic { left, op, right }) => {
            let fits = matches!(
                (kind(left), op, kind(right)),
                (Some(Kind::Date), ArithmeticOperator::Subtract, Some(Kind::Date | Kind::Number))
                    | (Some(Kind::Date), ArithmeticOperator::Add, Some(Kind::Number))
                    | (Some(Kind::Number) | None, _, Some(Kind::Number) | None)
                    | (Some(Kind::Date), _, None)
                    | (None, _, Some(Kind::Date))
            );
            if !fits {
                findings.report(ProblemKind::KindsDoNotAgree, node.path.field("arithmetic"));
            }
        }
        Part::Value(Value::Aggregate { function, column, of, .. }) => {
            let numeric = matches!(function, AggregateFunction::Mean | AggregateFunction::Sum);
            if numeric && column.holds() != ColumnType::Number {
                let at = node.path.field("aggregate").field("column");
                let detail = format!("`{}` is {}", column.name(), Kind::of_column(column.holds()).words());
                findings.report_about(ProblemKind::KindsDoNotAgree, at, detail);
            }
            missing_column(definition, of, *column, node.path.field("aggregate").field("column"), findings);
        }
        Part::Events(events) => {
            for (position, filter) in events.filters.iter().enumerate() {
                if let Filter::Where(predicate) = filter {
                    for column in row_columns(predicate) {
                        let at = node.path.field("filters").position(position).field("where");
                        missing_column(definition, events, column, at, findings);
                    }
                }
            }
        }
        _ => {}
    }
}

fn meet(
    one: Option<Kind>,
    other: Option<Kind>,
    node: &Node<'_>,
    field: &'static str,
    findings: &mut Findings,
) {
    if let (Some(one), Some(other)) = (one, other)
        && one != other
    {
        let detail = format!("{} and {}", one.words(), other.words());
        findings.report_about(ProblemKind::KindsDoNotAgree, node.path.field(field), detail);
    }
}

fn wanted(found: Option<Kind>, wanted: Kind, node: &Node<'_>, field: &'static str, findings: &mut Findings) {
    if let Some(found) = found
        && found != wanted
    {
        let detail = format!("{} where {} is needed", found.words(), wanted.words());
        findings.report_about(ProblemKind::KindsDoNotAgree, node.path.field(field).field("value"), detail);
    }
}

/// The kind of a value; nothing where it is not known, or an error of its own.
fn kind(definition: &Definition, value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Number(_)
        | Value::Quantity(_)
        | Value::Age(_)
        | Value::CountOf { .. }
        | Value::Band { .. } => Kind::Number,
        Value::Date(_) | Value::DateOf(_) => Kind::Date,
        Value::Text(_) => Kind::Text,
        Value::Parameter(name) => match definition.parameters.get(name)?.kind {
            ParameterKind::Quantity | ParameterKind::Int => Kind::Number,
            ParameterKind::Date => Kind::Date,
            ParameterKind::Duration => Kind::Number,
            ParameterKind::Concepts => Kind::Concept,
        },
        Value::Column(column) => Kind::of_column(column.holds()),
        Value::Person(column) => Kind::of_column(column.holds()),
        Value::Aggregate { column, .. } => Kind::of_column(column.holds()),
        Value::Arithmetic { left, right, .. } => match (kind(definition, left), kind(definition, right)) {
            (Some(Kind::Date), Some(Kind::Number)) => Kind::Date,
            _ => Kind::Number,
        },
    })
}

/// The columns that a row filter reads of its own event, without those of events further inside.
fn row_columns(predicate: &Predicate) -> Vec<Column> {
    let mut found = Vec::new();
    let mut predicates = vec![predicate];
    let mut values = Vec::new();
    while let Some(predicate) = predicates.pop() {
        match predicate {
            Predicate::All(members)
            | Predicate::AnyOf(members)
            | Predicate::NoneOf(members)
            | Predicate::NumberOf { of: members, .. } => predicates.extend(members),
            Predicate::Not(inner) => predicates.push(inner),
            Predicate::Compare { left, right, .. } => values.extend([left, right]),
            Predicate::Between { value, low, high } => values.extend([value, low, high]),
            Predicate::In { value, .. } | Predicate::Like { value, .. } | Predicate::Missing(value) => {
                values.push(value);
            }
            Predicate::Any(_)
            | Predicate::No(_)
            | Predicate::Count(_)
            | Predicate::Observed { .. }
            | Predicate::MemberOf { .. }
            | Predicate::PersonHas(_) => {}
        }
    }
    while let Some(value) = values.pop() {
        match value {
            Value::Column(column) => found.push(*column),
            Value::Arithmetic { left, right, .. } => values.extend([&**left, &**right]),
            Value::Band { value, .. } => values.push(value),
            _ => {}
        }
    }
    found
}

fn missing_column(
    definition: &Definition,
    events: &Events,
    column: Column,
    at: crate::path::JsonPath,
    findings: &mut Findings,
) {
    let EventSource::Recorded { kind, .. } = &events.from else { return };
    // What the Workbench's index records with an event does not depend on its kind.
    if definition.profile == crate::ast::Profile::AouWorkbench1 || has_column(*kind, column) {
        return;
    }
    let detail = format!("{} have no `{}`", kind.words(), column.name());
    findings.report_about(ProblemKind::NoSuchColumn, at, detail);
}

/// Whether events of the kind have the column in OMOP CDM 5.4.
fn has_column(kind: EventKind, column: Column) -> bool {
    use EventKind as K;
    match column {
        Column::Start | Column::End | Column::Duration => true,
        Column::Concept => !matches!(kind, K::ObservationPeriod),
        Column::SourceConcept => {
            !matches!(kind, K::Specimen | K::ConditionEra | K::DrugEra | K::DoseEra | K::ObservationPeriod)
        }
        Column::Type => !matches!(kind, K::ConditionEra | K::DrugEra | K::DoseEra),
        Column::Visit | Column::VisitKind | Column::ProviderSpecialty => is_clinical(kind),
        Column::VisitPlace => is_clinical(kind),
        Column::Value => {
            matches!(kind, K::Measurement | K::Observation | K::Answer | K::DoseEra | K::Any)
                || is_wearable(kind)
        }
        Column::ValueConcept | Column::ValueSourceConcept => {
            matches!(kind, K::Measurement | K::Observation | K::Answer | K::Any)
        }
        Column::ValueText => matches!(kind, K::Measurement | K::Observation | K::Answer | K::Any),
        Column::Unit => {
            matches!(
                kind,
                K::Measurement | K::Observation | K::Answer | K::Specimen | K::DoseEra | K::Device | K::Any
            ) || is_wearable(kind)
        }
        Column::Operator => matches!(kind, K::Measurement | K::Any),
        Column::RangeLow | Column::RangeHigh => matches!(kind, K::Measurement | K::Any),
        Column::Qualifier => matches!(kind, K::Observation | K::Answer | K::Any),
        Column::Status => matches!(kind, K::Condition | K::Any),
        Column::StopReason => matches!(kind, K::Condition | K::Drug | K::Any),
        Column::Quantity => matches!(kind, K::Drug | K::Procedure | K::Device | K::Specimen | K::Any),
        Column::DaysSupply | Column::Refills | Column::Route | Column::LotNumber => {
            matches!(kind, K::Drug | K::Any)
        }
        Column::UniqueDeviceId => matches!(kind, K::Device | K::Any),
        Column::Modifier => matches!(kind, K::Procedure | K::Any),
        Column::AnatomicSite | Column::DiseaseStatus | Column::SpecimenSourceId => {
            matches!(kind, K::Specimen | K::Any)
        }
        Column::OccurrenceCount => matches!(kind, K::ConditionEra | K::DrugEra),
        Column::GapDays => matches!(kind, K::DrugEra),
        Column::AdmittedFrom | Column::DischargedTo => matches!(kind, K::Visit | K::VisitDetail),
        Column::Payer
        | Column::Plan
        | Column::Sponsor
        | Column::StopReasonConcept
        | Column::PayerSource
        | Column::PlanSource
        | Column::SponsorSource
        | Column::StopReasonSource => matches!(kind, K::PayerPlanPeriod),
        Column::Answer | Column::Version | Column::CollectionMethod => {
            matches!(kind, K::Answer | K::Observation | K::Any)
        }
        Column::Systolic | Column::Diastolic => matches!(kind, K::Measurement | K::Any),
        Column::RecordedAge => true,
        Column::VariantId
        | Column::Genes
        | Column::Gene
        | Column::Consequence
        | Column::SignificanceText
        | Column::Significance
        | Column::Zygosity
        | Column::RsNumber
        | Column::Contig
        | Column::Position
        | Column::AlleleCount
        | Column::AlleleNumber
        | Column::AlleleFrequency
        | Column::ParticipantCount => matches!(kind, K::Variant),
    }
}

const fn is_clinical(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Condition
            | EventKind::Drug
            | EventKind::Procedure
            | EventKind::Measurement
            | EventKind::Observation
            | EventKind::Answer
            | EventKind::Device
            | EventKind::Visit
            | EventKind::VisitDetail
            | EventKind::Any
    )
}

const fn is_wearable(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::WearableSteps
            | EventKind::WearableHeartRate
            | EventKind::WearableSleep
            | EventKind::WearableActivity
    )
}
