//! Operators and functions of the language, by name.

/// An operator or function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// All are true.
    And,
    /// One is true.
    Or,
    /// It is false.
    Not,
    /// Nothing is known.
    IsNull,
    /// Text matches a pattern.
    Like,
    /// A number lies between two others, bounds included.
    Between,
    /// A value is one of a list.
    In,
    /// Text without the difference of upper and lower case.
    CaseI,
    /// Text without accents.
    AccentI,
    /// Two values by order.
    Compare(Comparison),
    /// A number from two others.
    Arithmetic(Arithmetic),
    /// Two geometries.
    Spatial(SpatialRelation),
    /// Two instants or intervals.
    Temporal(TemporalRelation),
    /// Two lists, as sets.
    Array(ArrayRelation),
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
}

/// How a number is made from two others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`, with a fraction.
    Divide,
    /// `%`, the remainder of `div`.
    Modulo,
    /// `div`, towards zero.
    IntegerDivide,
    /// `^`
    Power,
}

/// How two geometries lie to each other (OGC Simple Features, DE-9IM).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpatialRelation {
    /// They have a position in common.
    Intersects,
    /// They hold the same positions.
    Equals,
    /// They have no position in common.
    Disjoint,
    /// They meet, but not their interiors.
    Touches,
    /// The first lies in the second.
    Within,
    /// Of one dimension, each in part in the other.
    Overlaps,
    /// The first lies in part in the second, in fewer dimensions.
    Crosses,
    /// The second lies in the first.
    Contains,
}

/// How two instants or intervals lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemporalRelation {
    /// The first begins after the second has ended.
    After,
    /// The first has ended before the second begins.
    Before,
    /// The first begins before the second and ends after it.
    Contains,
    /// They have no instant in common.
    Disjoint,
    /// The first begins after the second and ends before it.
    During,
    /// They begin and end together.
    Equals,
    /// They end together; the first begins earlier.
    FinishedBy,
    /// They end together; the first begins later.
    Finishes,
    /// They have an instant in common.
    Intersects,
    /// The first ends as the second begins.
    Meets,
    /// The first begins as the second ends.
    MetBy,
    /// The first begins during the second and ends after it.
    OverlappedBy,
    /// The first begins before the second and ends during it.
    Overlaps,
    /// They begin together; the first ends later.
    StartedBy,
    /// They begin together; the first ends earlier.
    Starts,
}

/// How two lists, as sets, lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrayRelation {
    /// The same members.
    Equals,
    /// The first has all members of the second.
    Contains,
    /// The second has all members of the first.
    ContainedBy,
    /// They have a member in common.
    Overlaps,
}

/// Operators by the name they have in JSON; in text, where they are functions, in any case.
const NAMES: [(&str, Operator); 49] = [
    ("and", Operator::And),
    ("or", Operator::Or),
    ("not", Operator::Not),
    ("isNull", Operator::IsNull),
    ("like", Operator::Like),
    ("between", Operator::Between),
    ("in", Operator::In),
    ("casei", Operator::CaseI),
    ("accenti", Operator::AccentI),
    ("=", Operator::Compare(Comparison::Equal)),
    ("<>", Operator::Compare(Comparison::NotEqual)),
    ("<", Operator::Compare(Comparison::Less)),
    (">", Operator::Compare(Comparison::Greater)),
    ("<=", Operator::Compare(Comparison::LessOrEqual)),
    (">=", Operator::Compare(Comparison::GreaterOrEqual)),
    ("+", Operator::Arithmetic(Arithmetic::Add)),
    ("-", Operator::Arithmetic(Arithmetic::Subtract)),
    ("*", Operator::Arithmetic(Arithmetic::Multiply)),
    ("/", Operator::Arithmetic(Arithmetic::Divide)),
    ("%", Operator::Arithmetic(Arithmetic::Modulo)),
    ("div", Operator::Arithmetic(Arithmetic::IntegerDivide)),
    ("^", Operator::Arithmetic(Arithmetic::Power)),
    ("s_intersects", Operator::Spatial(SpatialRelation::Intersects)),
    ("s_equals", Operator::Spatial(SpatialRelation::Equals)),
    ("s_disjoint", Operator::Spatial(SpatialRelation::Disjoint)),
    ("s_touches", Operator::Spatial(SpatialRelation::Touches)),
    ("s_within", Operator::Spatial(SpatialRelation::Within)),
    ("s_overlaps", Operator::Spatial(SpatialRelation::Overlaps)),
    ("s_crosses", Operator::Spatial(SpatialRelation::Crosses)),
    ("s_contains", Operator::Spatial(SpatialRelation::Contains)),
    ("t_after", Operator::Temporal(TemporalRelation::After)),
    ("t_before", Operator::Temporal(TemporalRelation::Before)),
    ("t_contains", Operator::Temporal(TemporalRelation::Contains)),
    ("t_disjoint", Operator::Temporal(TemporalRelation::Disjoint)),
    ("t_during", Operator::Temporal(TemporalRelation::During)),
    ("t_equals", Operator::Temporal(TemporalRelation::Equals)),
    ("t_finishedBy", Operator::Temporal(TemporalRelation::FinishedBy)),
    ("t_finishes", Operator::Temporal(TemporalRelation::Finishes)),
    ("t_intersects", Operator::Temporal(TemporalRelation::Intersects)),
    ("t_meets", Operator::Temporal(TemporalRelation::Meets)),
    ("t_metBy", Operator::Temporal(TemporalRelation::MetBy)),
    ("t_overlappedBy", Operator::Temporal(TemporalRelation::OverlappedBy)),
    ("t_overlaps", Operator::Temporal(TemporalRelation::Overlaps)),
    ("t_startedBy", Operator::Temporal(TemporalRelation::StartedBy)),
    ("t_starts", Operator::Temporal(TemporalRelation::Starts)),
    ("a_equals", Operator::Array(ArrayRelation::Equals)),
    ("a_contains", Operator::Array(ArrayRelation::Contains)),
    ("a_containedBy", Operator::Array(ArrayRelation::ContainedBy)),
    ("a_overlaps", Operator::Array(ArrayRelation::Overlaps)),
];

impl Operator {
    /// The operator with this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, operator)| *operator)
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| name)
    }

    /// Whether text writes it as a function.
    pub(super) fn is_function(self) -> bool {
        matches!(self, Self::CaseI | Self::AccentI | Self::Spatial(_) | Self::Temporal(_) | Self::Array(_))
    }

    /// The least and the greatest number of operands.
    pub(super) fn operands(self) -> (usize, usize) {
        match self {
            Self::And | Self::Or => (2, usize::MAX),
            Self::Not | Self::IsNull | Self::CaseI | Self::AccentI => (1, 1),
            Self::Between => (3, 3),
            Self::Like
            | Self::In
            | Self::Compare(_)
            | Self::Arithmetic(_)
            | Self::Spatial(_)
            | Self::Temporal(_)
            | Self::Array(_) => (2, 2),
        }
    }
}

impl Comparison {
    /// The comparison with its operands exchanged.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::Greater => Self::Less,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::GreaterOrEqual => Self::LessOrEqual,
            Self::Equal | Self::NotEqual => self,
        }
    }

    /// Whether two values in this order fit.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::Greater => order.is_gt(),
            Self::LessOrEqual => order.is_le(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}
