//! What the pages share: one script of several modules, a policy that lets nothing in or out, and a
//! template that is filled once.

mod bundle;
mod policy;

pub(crate) use self::{
    bundle::{Module, bundle},
    policy::content as policy,
};

/// The template with each `{{name}}` replaced, in one pass: what is put in is not looked at again.
///
/// # Panics
/// If the template asks for what is not among the parts: both are of this program.
pub(crate) fn filled(template: &str, parts: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").expect("the template closes what it opens");
        let part = parts.iter().find(|(known, _)| *known == name);
        page += before;
        page += part.expect("the template asks for what there is").1;
        rest = after;
    }
    page + rest
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn what_is_put_into_the_template_is_not_looked_at_again() {
        let parts = [("a", "<{{b}}{{c}}>"), ("b", "{{a}}")];
        assert_eq!(
            filled("1 {{a}} 2 {{b}} 3 {{a}}", &parts),
            "1 <{{b}}{{c}}> 2 {{a}} 3 <{{b}}{{c}}>"
        );
    }
}
