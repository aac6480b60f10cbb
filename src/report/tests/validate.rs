//! As much of JSON Schema 2020-12 as the schema of the report uses. A keyword that is not known here ends the test, so
//! that nothing passes because nobody looked.

use serde_json::{Map, Value};

/// What does not hold, with its place in the instance.
pub fn faults(schema: &Value, instance: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Schema { root: schema }.check(schema, instance, "", &mut found);
    found
}

struct Schema<'a> {
    root: &'a Value,
}

impl Schema<'_> {
    fn check(&self, schema: &Value, instance: &Value, at: &str, found: &mut Vec<String>) {
        let fields = match schema {
            Value::Bool(true) => return,
            Value::Object(fields) => fields,
            other => return found.push(format!("{at}: nothing is allowed by {other}")),
        };
        for (keyword, wanted) in fields {
            let holds = match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "format" => true,
                "$ref" => {
                    let pointer = wanted.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.root.pointer(pointer).unwrap(), instance, at, found);
                    true
                }
                "anyOf" => wanted.as_array().unwrap().iter().any(|one| {
                    let mut faults = Vec::new();
                    self.check(one, instance, at, &mut faults);
                    faults.is_empty()
                }),
                "type" => match wanted {
                    Value::Array(names) => names.iter().any(|name| is(name, instance)),
                    name => is(name, instance),
                },
                "minimum" => instance.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
                "maximum" => instance.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
                "minItems" => instance.as_array().is_none_or(|items| items.len() as u64 >= wanted.as_u64().unwrap()),
                "maxItems" => instance.as_array().is_none_or(|items| items.len() as u64 <= wanted.as_u64().unwrap()),
                "items" => {
                    for (index, item) in instance.as_array().into_iter().flatten().enumerate() {
                        self.check(wanted, item, &format!("{at}/{index}"), found);
                    }
                    true
                }
                "properties" => {
                    self.properties(wanted.as_object().unwrap(), instance, at, found);
                    true
                }
                "required" => {
                    let names = wanted.as_array().unwrap().iter().filter_map(Value::as_str);
                    names.clone().all(|name| !instance.is_object() || instance.get(name).is_some())
                }
                other => panic!("{other} is a keyword this test does not know"),
            };
            if !holds {
                found.push(format!("{at}: {keyword} {wanted} does not hold"));
            }
        }
    }

    /// A field that the schema does not name is a fault as well: then it is not the schema of what is written.
    fn properties(&self, known: &Map<String, Value>, instance: &Value, at: &str, found: &mut Vec<String>) {
        for (name, value) in instance.as_object().into_iter().flatten() {
            match known.get(name) {
                Some(schema) => self.check(schema, value, &format!("{at}/{name}"), found),
                None => found.push(format!("{at}: no {name} is known")),
            }
        }
    }
}

fn is(name: &Value, instance: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => instance.is_null(),
        "boolean" => instance.is_boolean(),
        "string" => instance.is_string(),
        "number" => instance.is_number(),
        "integer" => instance.is_u64() || instance.is_i64(),
        "array" => instance.is_array(),
        "object" => instance.is_object(),
        other => panic!("{other} is no type of JSON"),
    }
}
