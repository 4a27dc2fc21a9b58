package dev.mcpsession.signin.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {
  private static final String HOSTILE =
      "\"'></title></style></code><script>alert(1)</script><img src=x"
          + " onerror=alert(2)>`${7*7}&amp;";

  private final Pages pages = new JtePages();

  static Stream<Page> hostilePages() {
    return Stream.of(
        new Page.Consent(
            HOSTILE,
            Optional.of(HOSTILE),
            HOSTILE,
            false,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            List.of(HOSTILE),
            List.of(HOSTILE),
            HOSTILE),
        new Page.Consent(
            HOSTILE,
            Optional.empty(),
            HOSTILE,
            true,
            HOSTILE,
            HOSTILE,
            HOSTILE,
            List.of(),
            List.of(),
            HOSTILE),
        new Page.Leaving("https://git.example/?" + HOSTILE, HOSTILE),
        new Page.Problem(HOSTILE, HOSTILE, HOSTILE, Optional.of(new Page.Link(HOSTILE, HOSTILE))));
  }

  @ParameterizedTest
  @MethodSource("hostilePages")
  void textsFromOutsideCannotBecomeMarkup(Page page) {
    String html = pages.render(page);

    assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    assertThat(html.replace(StyleSheet.text(), ""))
        .doesNotContain("<script", "<img", "\"'>", "'></");
  }
}
