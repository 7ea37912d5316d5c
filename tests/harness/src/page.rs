//! Pages that put the widget somewhere else than the demo site does.

/// A page of the site: where it lies, and its body.
#[macro_export]
macro_rules! page {
    ($path:literal, $($body:expr),+) => {
        (
            concat!($path, "/index.html"),
            concat!(
                "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
                "<title>A page</title><main><h1>A page</h1><p><a href='#top' id=link>A link</a> <input id=note aria-label=Note></p>",
                $($body),+,
                "</main></html>"
            ),
        )
    };
}

/// The tag of the script with these attributes beside the flow.
#[macro_export]
macro_rules! tag {
    ($attributes:literal) => {
        concat!("<script src=/prequal/prequal.js data-flow=/prequal.json ", $attributes, " defer></script>")
    };
}
