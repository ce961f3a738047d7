//! CQL2 as text (OGC 21-065r2, annex B): a parser by recursive descent, a method a rule.

use super::{
    Arithmetic, Budget, Comparison, Expr, Name, Operator, ParseError, date,
    lexer::{Kind, Lexer, Token},
    timestamp, wkt,
};

/// Words that cannot name a property unless they stand in double quotes.
const RESERVED: [&str; 9] = ["and", "or", "not", "like", "between", "in", "is", "null", "div"];

/// Reads a filter.
pub fn from_text(text: &str) -> Result<Expr, ParseError> {
    let mut parser = Parser::new(text)?;
    let filter = parser.expression()?;
    match parser.token.kind {
        Kind::End => filter.not_too_deep(),
        _ => Err(parser.refuse("an operator or the end")),
    }
}

pub(super) struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token<'t>,
    pub(super) budget: Budget,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, ParseError> {
        let mut lexer = Lexer::new(text);
        let token = lexer.next()?;
        Ok(Self { lexer, token, budget: Budget::default() })
    }

    /// `a OR b OR …`
    fn expression(&mut self) -> Result<Expr, ParseError> {
        self.budget.descend()?;
        let expr = self.list_of("or", Operator::Or, |parser| parser.list_of("and", Operator::And, Self::factor));
        self.budget.ascend();
        expr
    }

    fn list_of(
        &mut self,
        word: &str,
        operator: Operator,
        mut part: impl FnMut(&mut Self) -> Result<Expr, ParseError>,
    ) -> Result<Expr, ParseError> {
        let first = part(self)?;
        if !self.token.kind.is_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take_word(word)? {
            parts.push(part(self)?);
        }
        self.call(operator, parts)
    }

    /// `NOT a`
    fn factor(&mut self) -> Result<Expr, ParseError> {
        if !self.take_word("not")? {
            return self.predicate();
        }
        self.budget.descend()?;
        let operand = self.factor()?;
        self.budget.ascend();
        self.call(Operator::Not, vec![operand])
    }

    /// A comparison, or what has no comparison behind it.
    fn predicate(&mut self) -> Result<Expr, ParseError> {
        let left = self.sum()?;
        if let Some(comparison) = self.take_comparison()? {
            let right = self.sum()?;
            return self.call(Operator::Compare(comparison), vec![left, right]);
        }
        if self.take_word("is")? {
            let negated = self.take_word("not")?;
            self.expect_word("null")?;
            let is_null = self.call(Operator::IsNull, vec![left])?;
            return self.negated(is_null, negated);
        }
        let negated = self.take_word("not")?;
        let predicate = if self.take_word("like")? {
            let pattern = self.sum()?;
            self.call(Operator::Like, vec![left, pattern])?
        } else if self.take_word("between")? {
            let low = self.sum()?;
            self.expect_word("and")?;
            let high = self.sum()?;
            self.call(Operator::Between, vec![left, low, high])?
        } else if self.take_word("in")? {
            let list = self.array()?;
            self.call(Operator::In, vec![left, list])?
        } else if negated {
            return Err(self.refuse("LIKE, BETWEEN or IN"));
        } else {
            return Ok(left);
        };
        self.negated(predicate, negated)
    }

    fn negated(&mut self, predicate: Expr, negated: bool) -> Result<Expr, ParseError> {
        if negated { self.call(Operator::Not, vec![predicate]) } else { Ok(predicate) }
    }

    fn take_comparison(&mut self) -> Result<Option<Comparison>, ParseError> {
        let Kind::Symbol(symbol) = self.token.kind else { return Ok(None) };
        let Some(Operator::Compare(comparison)) = Operator::from_name(symbol) else { return Ok(None) };
        self.advance()?;
        Ok(Some(comparison))
    }

    /// `a + b - …`
    fn sum(&mut self) -> Result<Expr, ParseError> {
        let mut sum = self.product()?;
        loop {
            let operator = if self.take_symbol("+")? {
                Arithmetic::Add
            } else if self.take_symbol("-")? {
                Arithmetic::Subtract
            } else {
                return Ok(sum);
            };
            let right = self.product()?;
            sum = self.chained(operator, sum, right)?;
        }
    }

    /// `a * b / …`
    fn product(&mut self) -> Result<Expr, ParseError> {
        let mut product = self.power()?;
        loop {
            let operator = if self.take_symbol("*")? {
                Arithmetic::Multiply
            } else if self.take_symbol("/")? {
                Arithmetic::Divide
            } else if self.take_symbol("%")? {
                Arithmetic::Modulo
            } else if self.take_word("div")? {
                Arithmetic::IntegerDivide
            } else {
                return Ok(product);
            };
            let right = self.power()?;
            product = self.chained(operator, product, right)?;
        }
    }

    /// Chains of arithmetic lean to the left: each link is a level deeper.
    fn chained(&mut self, operator: Arithmetic, left: Expr, right: Expr) -> Result<Expr, ParseError> {
        let links = |mut expr: &Expr| {
            let mut links = 0;
            while let Expr::Call(Operator::Arithmetic(_), operands) = expr {
                expr = &operands[0];
                links += 1;
            }
            links
        };
        if links(&left) >= super::MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        self.call(Operator::Arithmetic(operator), vec![left, right])
    }

    /// `a ^ b`
    fn power(&mut self) -> Result<Expr, ParseError> {
        let base = self.signed()?;
        if !self.take_symbol("^")? {
            return Ok(base);
        }
        let exponent = self.signed()?;
        self.call(Operator::Arithmetic(Arithmetic::Power), vec![base, exponent])
    }

    /// `-a`
    fn signed(&mut self) -> Result<Expr, ParseError> {
        if self.take_symbol("+")? {
            return match self.token.kind {
                Kind::Number(_) => self.primary(),
                _ => Err(self.refuse("a number")),
            };
        }
        if !self.take_symbol("-")? {
            return self.primary();
        }
        if let Kind::Number(digits) = self.token.kind {
            self.budget.take()?;
            self.advance()?;
            return number(&format!("-{digits}"));
        }
        let operand = self.primary()?;
        self.call(Operator::Arithmetic(Arithmetic::Subtract), vec![Expr::Integer(0), operand])
    }

    fn primary(&mut self) -> Result<Expr, ParseError> {
        self.budget.take()?;
        match self.token.kind.clone() {
            Kind::Number(digits) => {
                self.advance()?;
                number(digits)
            }
            Kind::Text(text) => {
                self.advance()?;
                Ok(Expr::Text(text.into()))
            }
            Kind::Name(name) => {
                self.advance()?;
                Ok(Expr::Property(Name { text: name.into(), is_quoted: true }))
            }
            Kind::Symbol("(") => self.parenthesised(),
            Kind::Word(word) if !RESERVED.iter().any(|reserved| word.eq_ignore_ascii_case(reserved)) => {
                self.advance()?;
                self.word(word)
            }
            _ => Err(self.refuse("a value, a property or a function")),
        }
    }

    /// `(a)`, or the list `(a, b, …)`.
    fn parenthesised(&mut self) -> Result<Expr, ParseError> {
        self.expect_symbol("(")?;
        if self.take_symbol(")")? {
            return Ok(Expr::Array(Vec::new()));
        }
        let first = self.expression()?;
        if self.take_symbol(")")? {
            return Ok(first);
        }
        let mut members = vec![first];
        while self.take_symbol(",")? {
            members.push(self.expression()?);
        }
        self.expect_symbol(")")?;
        Ok(Expr::Array(members))
    }

    /// The list `(a, b, …)`, of one member too.
    fn array(&mut self) -> Result<Expr, ParseError> {
        match self.parenthesised()? {
            array @ Expr::Array(_) => Ok(array),
            member => Ok(Expr::Array(vec![member])),
        }
    }

    /// What follows a word that is no keyword.
    fn word(&mut self, word: &'t str) -> Result<Expr, ParseError> {
        if wkt::is_geometry(word) && (self.is_symbol("(") || self.token.kind.is_word("z")) {
            return wkt::geometry(self, word).map(|literal| Expr::Geometry(Box::new(literal)));
        }
        if self.is_symbol("(") {
            return self.function(word);
        }
        Ok(match word {
            _ if word.eq_ignore_ascii_case("true") => Expr::Boolean(true),
            _ if word.eq_ignore_ascii_case("false") => Expr::Boolean(false),
            _ => Expr::Property(Name { text: word.into(), is_quoted: false }),
        })
    }

    fn function(&mut self, name: &str) -> Result<Expr, ParseError> {
        if name.eq_ignore_ascii_case("date") {
            return date(&self.only_text()?);
        }
        if name.eq_ignore_ascii_case("timestamp") {
            return timestamp(&self.only_text()?);
        }
        if name.eq_ignore_ascii_case("interval") {
            let ends = self.operands(Self::expression)?;
            let given = ends.len();
            let ends = <[Expr; 2]>::try_from(ends).ok();
            let refuse = || ParseError::OperandCount { operator: "interval", takes: "2".into(), given };
            return ends.map(|ends| Expr::Interval(Box::new(ends))).ok_or_else(refuse);
        }
        let operator = Operator::from_name(name).filter(|operator| operator.is_function());
        let operator = operator.ok_or_else(|| ParseError::UnknownFunction { name: super::shorten(name) })?;
        let operands = match operator {
            Operator::Array(_) => {
                self.operands(|parser| if parser.is_symbol("(") { parser.array() } else { parser.expression() })?
            }
            _ => self.operands(Self::expression)?,
        };
        self.call(operator, operands)
    }

    fn operands(
        &mut self,
        mut operand: impl FnMut(&mut Self) -> Result<Expr, ParseError>,
    ) -> Result<Vec<Expr>, ParseError> {
        self.expect_symbol("(")?;
        self.budget.descend()?;
        let mut operands = vec![operand(self)?];
        while self.take_symbol(",")? {
            operands.push(operand(self)?);
        }
        self.budget.ascend();
        self.expect_symbol(")")?;
        Ok(operands)
    }

    /// `('…')`
    fn only_text(&mut self) -> Result<String, ParseError> {
        self.expect_symbol("(")?;
        let Kind::Text(text) = self.token.kind.clone() else { return Err(self.refuse("a text in single quotes")) };
        self.advance()?;
        self.expect_symbol(")")?;
        Ok(text)
    }

    fn call(&mut self, operator: Operator, operands: Vec<Expr>) -> Result<Expr, ParseError> {
        self.budget.take()?;
        Expr::call(operator, operands)
    }

    fn advance(&mut self) -> Result<(), ParseError> {
        self.token = self.lexer.next()?;
        Ok(())
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.token.kind, Kind::Symbol(found) if found == symbol)
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> Result<bool, ParseError> {
        let found = self.is_symbol(symbol);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.take_symbol(symbol)? { Ok(()) } else { Err(self.refuse(&format!("\"{symbol}\""))) }
    }

    pub(super) fn take_word(&mut self, word: &str) -> Result<bool, ParseError> {
        let found = self.token.kind.is_word(word);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect_word(&mut self, word: &str) -> Result<(), ParseError> {
        if self.take_word(word)? { Ok(()) } else { Err(self.refuse(&word.to_uppercase())) }
    }

    /// The word that comes next.
    pub(super) fn any_word(&mut self) -> Result<&'t str, ParseError> {
        let Kind::Word(word) = self.token.kind else { return Err(self.refuse("the name of a geometry")) };
        self.advance()?;
        Ok(word)
    }

    /// A coordinate.
    pub(super) fn coordinate(&mut self) -> Result<f64, ParseError> {
        self.budget.take()?;
        let sign = if self.take_symbol("-")? {
            -1.0
        } else {
            self.take_symbol("+")?;
            1.0
        };
        let Kind::Number(digits) = self.token.kind else { return Err(self.refuse("a number")) };
        self.advance()?;
        match number(digits)? {
            Expr::Integer(number) => Ok(sign * number as f64),
            Expr::Real(number) => Ok(sign * number),
            _ => Err(self.refuse("a number")),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self.token.kind, Kind::Number(_) | Kind::Symbol("-" | "+"))
    }

    pub(super) fn refuse(&self, expected: &str) -> ParseError {
        self.lexer.refuse(self.token.start, expected, &self.token.kind.describe())
    }
}

/// Digits with a sign, fraction and exponent, each optional.
fn number(digits: &str) -> Result<Expr, ParseError> {
    if let Ok(number) = digits.parse() {
        return Ok(Expr::Integer(number));
    }
    let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
    number
        .map(Expr::Real)
        .ok_or_else(|| ParseError::Value { reason: format!("the number {} is too large", super::shorten(digits)) })
}
