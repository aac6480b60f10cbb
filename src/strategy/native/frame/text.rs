//! Texts that are made: f-strings and `str()`.

use super::run::{Run, Step};
use super::value::{Kind, Number, Value};
use crate::discovery::code::Expr;

impl<'a> Run<'a> {
    /// An f-string: its literal parts are read from the source between the expressions.
    pub fn formatted(&mut self, whole: &'a Expr, parts: &'a [(Expr, bool)]) -> Step<Value<'a>> {
        let source = &self.plan.repository.files[self.file()].text;
        let text = whole.span.text(source);
        let quoted = text.strip_prefix(['f', 'F']).and_then(|rest| {
            let quote = rest.chars().next()?;
            let inner = rest.strip_prefix(quote)?.strip_suffix(quote)?;
            (matches!(quote, '"' | '\'') && !inner.contains(['\\', quote])).then_some(inner)
        });
        let Some(mut rest) = quoted else { return self.unknown("an f-string", "of several parts") };
        let mut made = String::new();
        for (part, specified) in parts {
            let inner = part.span.text(source);
            let Some((before, after)) = rest.split_once('{').filter(|_| !specified) else {
                return self.unknown("an f-string", "with a format");
            };
            let after = after.strip_prefix(inner).and_then(|after| after.strip_prefix('}'));
            let (false, Some(after)) = (before.contains('}') || after.is_some_and(|_| inner.contains('{')), after)
            else {
                return self.unknown("an f-string", "with a conversion or braces");
            };
            made.push_str(before);
            let value = self.expr(part)?;
            made.push_str(&self.text_of(&value)?);
            rest = after;
        }
        if rest.contains(['{', '}']) {
            return self.unknown("an f-string", "with braces");
        }
        made.push_str(rest);
        Ok(Value::text(&made))
    }

    /// `str(value)`
    pub fn text_of(&mut self, value: &Value<'a>) -> Step<String> {
        Ok(match value {
            Value::None => "None".to_owned(),
            Value::Text(text) => text.to_string(),
            Value::Number(Number { kind: Kind::Bool(value), .. }) => if *value { "True" } else { "False" }.to_owned(),
            Value::Number(Number { kind: Kind::Int(value), .. }) => value.to_string(),
            Value::Number(Number { kind: Kind::Float(value), .. })
                if *value == 0.0 || (1e-4..1e16).contains(&value.abs()) =>
            {
                format!("{value:?}")
            }
            _ => return self.unknown("a text", format!("of {}", value.kind())),
        })
    }
}
