//! A brand's colour, whichever it is, leaves everything readable: painted, and measured by the formula
//! of WCAG 2.2, not by the one in the style sheet.

use crate::harness::native::FREIGHT_CHIEF;
use crate::harness::{Setup, demo_flow, visit};
use crate::{page, tag};
use serde_json::json;

/// What is painted for each of `arguments[0]`, as bytes of red, green and blue: by turns what is seen
/// and what it is seen on. A canvas paints as a page does.
const PAINT: &str = "
    const [colours, theme] = arguments;
    const host = document.querySelector('prequal-chat');
    const root = host.shadowRoot;
    host.setAttribute('theme', theme);
    const form = root.querySelector('form');
    const add = (tag, name, inside) => Object.assign(inside.appendChild(document.createElement(tag)), { className: name });
    const option = add('button', 'option', form);
    option.setAttribute('aria-pressed', 'true');
    const hint = add('span', 'hint', option);
    const link = add('a', '', form);
    const find = (selector) => root.querySelector(selector);
    const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const painted = (element, property) => {
        context.fillStyle = '#123456';
        context.fillStyle = getComputedStyle(element)[property];
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    const pairs = [
        ['launcher', find('[part=launcher]'), 'color', find('[part=launcher]')],
        ['avatar', find('.avatar'), 'color', find('.avatar')],
        ['bubble', find('.mine p'), 'color', find('.mine p')],
        ['button', find('.send'), 'color', find('.send')],
        ['link', link, 'color', find('.panel')],
        ['link on a bubble', link, 'color', find('.say')],
        ['chosen option', option, 'color', option],
        ['hint in it', hint, 'color', option],
        ['edge of the button', find('.send'), 'borderTopColor', find('.panel')],
        ['edge of the option', option, 'borderTopColor', find('.panel')],
        ['its edge inwards', option, 'borderTopColor', option],
    ];
    const all = colours.map((colour) => {
        host.style.setProperty('--prequal-accent', colour);
        return pairs.map(([name, element, property, ground]) => [name, painted(element, property), painted(ground, 'backgroundColor')]);
    });
    for (const added of [option, link]) added.remove();
    return all;";

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(painted: [u8; 4]) -> f64 {
    let [red, green, blue] = [painted[0], painted[1], painted[2]].map(|byte| {
        let part = f64::from(byte) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 4], other: [u8; 4]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn hex([red, green, blue]: [u8; 3]) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// A grid over all colours, and every grey.
fn colours() -> Vec<String> {
    let levels = [0, 36, 73, 109, 146, 182, 219, 255];
    let grid = levels.into_iter().flat_map(|r| levels.into_iter().flat_map(move |g| levels.map(|b| [r, g, b])));
    grid.chain((0..=255).map(|level| [level; 3])).map(hex).collect()
}

type Painted = Vec<Vec<(String, [u8; 4], [u8; 4])>>;

#[tokio::test]
async fn every_brand_colour_can_be_read_on_light_and_dark() {
    visit(Setup::default(), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        chat.answer_all(&FREIGHT_CHIEF[..1]).await;
        let mut kept = 0;
        let mut least = f64::INFINITY;
        for theme in ["light", "dark"] {
            let colours = colours();
            let arguments = vec![json!(colours), json!(theme)];
            let painted = world.browser.client.execute(PAINT, arguments).await.expect("colours are painted");
            let painted: Painted = serde_json::from_value(painted).expect("names and bytes");
            for (colour, pairs) in colours.iter().zip(painted) {
                for (name, seen, ground) in pairs {
                    assert_eq!([seen[3], ground[3]], [255; 2], "{name} of {colour} is opaque");
                    let needed = if name.contains("edge") { 3.0 } else { 4.5 };
                    let ratio = contrast(seen, ground);
                    assert!(
                        ratio >= needed,
                        "{name}, {theme}, brand {colour}: {ratio:.2} to 1, {seen:?} on {ground:?}"
                    );
                    if name == "bubble" {
                        assert_eq!(
                            hex([ground[0], ground[1], ground[2]]),
                            *colour,
                            "a ground keeps the brand's colour"
                        );
                        least = least.min(ratio);
                    }
                    // What can be read by far is not touched.
                    let own = hex([seen[0], seen[1], seen[2]]) == *colour;
                    kept += usize::from(name == "link" && own);
                }
            }
        }
        assert!(kept > 200, "only {kept} colours were left as they are");
        println!("least contrast on a brand's ground: {least:.2} to 1; {kept} links in the brand's own colour");
        // Colours of other kinds, and one that lets through what lies below.
        let arguments = vec![
            json!(["oklch(0.9 0.3 140)", "color(display-p3 1 1 0)", "rebeccapurple", "#ff000010"]),
            json!("light"),
        ];
        let painted = world.browser.client.execute(PAINT, arguments).await.expect("colours are painted");
        let painted: Painted = serde_json::from_value(painted).expect("names and bytes");
        for (name, seen, ground) in painted.into_iter().flatten().filter(|(name, ..)| name != "launcher") {
            let ratio = contrast(seen, ground);
            assert!(ratio >= if name.contains("edge") { 3.0 } else { 4.5 }, "{name}: {ratio:.2} to 1");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_colour_leaves_the_launcher_its_own() {
    const PAGE: (&str, &str) = page!("grounds", tag!("data-accent='no colour'"));
    visit(Setup { pages: &[PAGE], ..Setup::default() }, async |world| {
        world.go("/grounds/").await;
        let chat = world.chat();
        chat.find("[part~=launcher]").await;
        let style = "getComputedStyle(root.querySelector('[part~=launcher]'))";
        assert_eq!(chat.js(&format!("{style}.backgroundColor")).await, "rgb(31, 79, 216)");
    })
    .await;
}

/// `theme` of the element goes before the visitor's system; the flow's accent before the widget's own,
/// and the page's before both.
#[tokio::test]
async fn the_page_has_the_last_word_on_theme_and_colour() {
    let mut flow = demo_flow();
    flow["theme"] = json!({ "accent": "#8a1538" });
    visit(Setup::flow(flow.to_string()), async |world| {
        world.go("/").await;
        let chat = world.chat();
        chat.open().await;
        let seen = async || {
            let ground = chat.js("getComputedStyle(root.querySelector('.panel')).backgroundColor").await;
            let context = "new OffscreenCanvas(1, 1).getContext('2d')";
            let script = format!("(() => {{ const c = {context}; c.fillStyle = getComputedStyle(root.querySelector('.avatar')).backgroundColor; c.fillRect(0, 0, 1, 1); return [...c.getImageData(0, 0, 1, 1).data].slice(0, 3); }})()");
            (ground.as_str() == Some("rgb(255, 255, 255)"), chat.js(&script).await)
        };
        assert_eq!(seen().await, (true, json!([0x0b, 0x5c, 0x4d])), "the tag's data-accent");
        world.browser.js("document.querySelector('prequal-chat').style.removeProperty('--prequal-accent')").await;
        assert_eq!(seen().await, (true, json!([0x8a, 0x15, 0x38])), "the flow's");
        for (theme, dark, light) in [("dark", false, false), ("light", true, true), ("auto", true, false), ("auto", false, true)] {
            world.browser.look(crate::harness::browser::Look { dark, ..crate::harness::browser::DESKTOP }).await;
            world.browser.js(&format!("document.querySelector('prequal-chat').setAttribute('theme', '{theme}')")).await;
            assert_eq!(seen().await.0, light, "theme {theme}, system dark: {dark}");
        }
        world.browser.js("document.querySelector('prequal-chat').style.setProperty('--prequal-accent', 'gold')").await;
        assert_eq!(seen().await.1, json!([255, 215, 0]));
    })
    .await;
}
