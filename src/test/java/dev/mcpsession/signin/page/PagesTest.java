package dev.mcpsession.signin.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
        new Page.Problem(HOSTILE, HOSTILE, HOSTILE, Optional.of(new Page.Link(HOSTILE, HOSTILE))),
        new Page.AccountSignIn(Optional.of(HOSTILE), List.of(new Page.Choice(HOSTILE, HOSTILE))),
        hostileAccount());
  }

  private static Page hostileAccount() {
    AccountPage.Time time = new AccountPage.Time(HOSTILE, HOSTILE, HOSTILE);
    return new AccountPage(
        HOSTILE,
        HOSTILE,
        HOSTILE,
        Optional.of(HOSTILE),
        List.of(new AccountPage.Offer(HOSTILE, HOSTILE, HOSTILE)),
        List.of(
            new AccountPage.Session(
                HOSTILE,
                AccountPage.Mood.BAD,
                HOSTILE,
                HOSTILE,
                Optional.of(time),
                List.of(new AccountPage.Ending(HOSTILE, time, HOSTILE)))),
        List.of(new AccountPage.Client(HOSTILE, HOSTILE, HOSTILE, HOSTILE, time, time)),
        Stream.of(AccountPage.GrantState.values())
            .map(it -> new AccountPage.Grant(HOSTILE, HOSTILE, it, Optional.of(time)))
            .toList(),
        2);
  }

  @ParameterizedTest
  @MethodSource("hostilePages")
  void textsFromOutsideCannotBecomeMarkup(Page page) {
    String html = pages.render(page);

    assertThat(html).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
    assertThat(html.replace(StyleSheet.text(), ""))
        .doesNotContain("<script", "<img", "\"'>", "'></");
  }

  @Test
  void aLinkRunsNoScript() {
    Page page =
        new Page.Problem("t", "m", "", Optional.of(new Page.Link("javascript:alert(1)", "x")));

    assertThat(pages.render(page)).doesNotContain("javascript:alert");
  }

  @Test
  void thePolicyAllowsTheOneStyleSheetAndNoScript() {
    assertThat(pages.contentSecurityPolicy())
        .contains("style-src 'sha256-")
        .doesNotContain("unsafe", "script-src");
    assertThat(pages.render(SamplePages.ACCOUNT))
        .contains("<style>" + StyleSheet.text() + "</style>")
        .doesNotContain(" style=", "<script", " onclick");
  }
}
