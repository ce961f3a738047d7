//! Lists for the frames of other sites, and the code that embeds them.

use cadastre::texts::{Language, text};

use super::{between, embedded, list, snippet};

#[test]
fn an_embedded_list_keeps_its_look_and_leads_out_of_the_frame() {
    let page = embedded("typ=grundstueck&ui=liste&theme=dunkel", Language::German);
    assert!(page.contains("<html lang=\"de\" data-theme=\"dunkel\">"));
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">") && !page.contains("rel=\"canonical\""));
    assert!(!page.contains("masthead") && !page.contains("class=\"footer\"") && !page.contains("data-map"));
    for href in page.split("<a ").skip(1).filter_map(|rest| rest.split('>').next()) {
        let leads_out = !href.contains("href=\"/embed/14522310?") && !href.contains("href=\"#");
        assert_eq!(href.contains("target=\"_blank\" rel=\"noopener\""), leads_out, "{href}");
        assert!(leads_out || href.contains("href=\"#") || href.contains("ui=liste"), "{href}");
    }
    let whole = between(&page, "<footer class=\"embed-line\">", "</footer>");
    let whole: Vec<_> = whole.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(whole, ["/gemeinde/14522310?typ=grundstueck#hinweis", "/gemeinde/14522310?typ=grundstueck"]);
    assert!(page.contains(text("ui.notice.text", Language::German)));
}

#[test]
fn an_embedded_map_comes_before_the_list_that_stands_in_for_it() {
    let page = embedded("ui=karte", Language::English);
    let (map, list) = (page.find("data-map").unwrap(), page.find("class=\"cards\"").unwrap());
    assert!(map < list);
    assert!(page.contains("\"listings\":\"/gemeinde/14522310/liste.geojson\""));
    let refused = embedded("ui=alles", Language::English);
    assert!(refused.contains("alles") && refused.contains("data-map"), "{refused}");
}

#[test]
fn the_snippet_is_that_of_the_filters_and_the_size() {
    let query = "typ=hof&ortsteil=Groß Pelsen&ui=karte&sprache=en&groesse=eigene&breite=500&hoehe=450";
    let page = snippet(query, &["https://a.example", "https://b.example"], Language::German);
    let src = "https://example.org/embed/14522310?typ=hof&#38;ortsteil=Gro%C3%9F%20Pelsen&#38;ui=karte&#38;lang=en";
    let code = between(&page, "id=\"einbetten-code-rahmen\"", "</textarea>").replace("&#38;#38;", "&#38;");
    assert!(code.contains(&format!("&#60;iframe src=&#34;{src}&#34;")), "{code}");
    assert!(code.contains("width=&#34;500&#34; height=&#34;450&#34; loading=&#34;lazy&#34;"), "{code}");
    assert!(code.contains("&#60;a href=&#34;https://example.org/gemeinde/14522310?typ=hof"), "{code}");
    let code = between(&page, "id=\"einbetten-code-skript\"", "</textarea>");
    assert!(code.contains("&#60;script src=&#34;https://example.org/embed.js&#34; async&#62;"), "{code}");
    assert!(page.contains("<iframe src=\"/embed/14522310?typ=hof"), "the preview is of this server");
    assert!(page.contains("https://a.example und https://b.example"));
    let page = snippet("groesse=eigene&breite=10", &[], Language::German);
    assert!(page.contains("„10“ geht nicht. Erwartet wird eine ganze Zahl von 240 bis 2000."));
    assert!(page.contains("aria-invalid=\"true\" aria-describedby=\"fehler-breite\""));
}

#[test]
fn a_list_page_says_how_it_is_embedded() {
    let page = list("typ=grundstueck", 1, Language::German);
    let url = "https%3A%2F%2Fexample.org%2Fgemeinde%2F14522310%3Ftyp%3Dgrundstueck";
    assert!(page.contains(&format!("href=\"https://example.org/oembed?url={url}&#38;format=json\"")), "{page}");
    assert!(page.contains("<a href=\"/gemeinde/14522310/einbetten?typ=grundstueck\" data-embed>"));
}
