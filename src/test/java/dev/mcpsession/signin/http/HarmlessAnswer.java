package dev.mcpsession.signin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.signin.web.SignInPaths;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** What no answer may do to a browser, whatever was sent. */
final class HarmlessAnswer {
  /** Where the site may send somebody: clients of the tests, its providers, itself. */
  private static final List<String> PLACES =
      List.of(
          SiteClient.REDIRECT + "?",
          "https://git.example/authorize?",
          "https://gitea.example/authorize?",
          "https://sso.example/authorize?");

  private static final List<String> OWN = List.of(SignInPaths.ACCOUNT, SignInPaths.AUTHORIZE);

  private HarmlessAnswer() {}

  /** Neither a fault of the gateway, nor a way to elsewhere, nor a script. */
  static void assertHarmless(SiteAnswer answer) {
    assertThat(answer.status()).isBetween(200, 499);
    TestBrowser.header(answer, "Location").ifPresent(HarmlessAnswer::assertKnown);
    answer.headers().stream()
        .filter(it -> it.name().equals("Set-Cookie"))
        .forEach(it -> assertThat(it.value()).startsWith("__Host-mcp-"));
    String type = TestBrowser.header(answer, "Content-Type").orElse("");
    if (type.startsWith("text/html")) {
      assertPlain(Jsoup.parse(TestBrowser.text(answer)));
    } else {
      assertThat(type).isIn("", "application/json", "application/json; charset=utf-8");
    }
  }

  private static void assertPlain(Document page) {
    assertThat(page.select("script, img, iframe, object, embed, base, link, video, math"))
        .isEmpty();
    assertThat(page.select("style")).hasSize(1);
    for (Element element : page.getAllElements()) {
      for (Attribute attribute : element.attributes()) {
        String name = attribute.getKey().toLowerCase(Locale.ROOT);
        assertThat(name).doesNotStartWith("on").isNotIn("style", "formaction", "srcdoc", "src");
        if (name.equals("href") || name.equals("action")) {
          assertKnown(attribute.getValue());
        }
      }
    }
    page.select("meta[http-equiv=refresh]")
        .forEach(it -> assertKnown(it.attr("content").replaceFirst("^0; url=", "")));
  }

  private static void assertKnown(String url) {
    boolean isOwn =
        url.startsWith("/") && !url.startsWith("//") && OWN.contains(URI.create(url).getPath());
    assertThat(isOwn || PLACES.stream().anyMatch(url::startsWith)).as("leads to %s", url).isTrue();
  }
}
