package dev.mcpsession.signin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mcpsession.browser.Browser;
import dev.mcpsession.browser.InBrowser;
import dev.mcpsession.clients.NodeClients;
import dev.mcpsession.external.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * The pages in a browser: what a screen reader, a keyboard, a telephone and the dark make of it.
 */
@InBrowser
@NeedsProgram(value = "npm", debianPackage = "npm")
class AccessibilityIT {
  private static final Map<String, Page> PAGES =
      Map.of(
          "/consent", SamplePages.CONSENT,
          "/consent-to-anybody", SamplePages.CONSENT_TO_ANYBODY,
          "/problem", SamplePages.PROBLEM,
          "/account-sign-in", SamplePages.ACCOUNT_SIGN_IN,
          "/account-sign-in-nowhere", SamplePages.ACCOUNT_SIGN_IN_NOWHERE,
          "/account-page", SamplePages.ACCOUNT,
          "/account-of-nothing", SamplePages.ACCOUNT_OF_NOTHING,
          "/leaving", new Page.Leaving("/there", "git.example"));

  /** Those of docs/images, of which the upper part is enough. */
  private static final List<String> PAGES_IN_DOCS = List.of("/consent-to-anybody", "/account-page");

  private static final List<String> SCREENS_IN_DOCS =
      List.of("light-1280", "dark-1280", "light-320");
  private static final int DOCS_HEIGHT = 1200;

  private static final String REACHABLE =
      "[...document.querySelectorAll('a[href], button, summary, input:not([type=hidden])')]"
          + ".filter(it => it.checkVisibility())";

  private static PageServer server;
  private static Browser browser;
  private static ChromeDriver driver;
  private static String axe;

  @BeforeAll
  static void open() throws IOException {
    axe = NodeClients.installed().text("axe-core/axe.min.js");
    server = new PageServer(PAGES);
    browser = new Browser();
    driver = browser.driver();
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
  }

  static Stream<Arguments> pagesOnScreens() {
    return PAGES.keySet().stream()
        .filter(path -> !path.equals("/leaving"))
        .sorted()
        .flatMap(path -> Screen.ALL.stream().map(screen -> Arguments.of(path, screen)));
  }

  @ParameterizedTest(name = "{0} on {1}")
  @MethodSource("pagesOnScreens")
  void axeFindsNoFaultAndNothingIsCutOff(String path, Screen screen) throws IOException {
    screen.use(driver);
    browser.open(server.url(path));
    write(path, screen);

    assertThat(violations()).isEmpty();
    assertThat(
            (Boolean)
                driver.executeScript(
                    "const all = document.documentElement;"
                        + " return all.scrollWidth <= all.clientWidth"))
        .as("everything is within the width of the screen")
        .isTrue();
    assertThat(
            (String)
                driver.executeScript(
                    "return getComputedStyle(document.documentElement).colorScheme"))
        .as("the style sheet was let in by the policy")
        .isEqualTo("light dark");
  }

  private static List<?> violations() {
    driver.executeScript(axe);
    return (List<?>)
        Objects.requireNonNull(
            driver.executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                axe.run(document).then(
                    it => done(it.violations.map(
                        v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))),
                    failure => done(['axe failed: ' + failure]));
                """));
  }

  private static void write(String path, Screen screen) throws IOException {
    byte[] png = screen.screenshot(driver);
    String name = path.substring(1) + "-" + screen + ".png";
    Files.createDirectories(Path.of("target", "screenshots"));
    Files.write(Path.of("target", "screenshots", name), png);
    String regenerate = System.getProperty("regenerate");
    boolean isInDocs = PAGES_IN_DOCS.contains(path) && SCREENS_IN_DOCS.contains(screen.toString());
    if (isInDocs && regenerate != null && !regenerate.equals("false")) {
      Path images = Path.of("docs", "images", "sign-in");
      Files.createDirectories(images);
      Files.write(images.resolve(name), SmallPng.of(png, DOCS_HEIGHT));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/consent", "/account-sign-in", "/account-page", "/problem"})
  void aKeyboardReachesEverythingInOrderAndShowsWhereItIs(String path) {
    Screen.ALL.getFirst().use(driver);
    browser.open(server.url(path));
    int count = reachable();

    List<Integer> reached = new ArrayList<>();
    for (int step = 0; step < count; step++) {
      key(Keys.TAB);
      reached.add(focused());
      assertThat((String) onFocused("getComputedStyle(it).outlineStyle")).isEqualTo("solid");
    }

    assertThat(count).isPositive();
    assertThat(reached).isEqualTo(IntStream.range(0, count).boxed().toList());
  }

  static Stream<Arguments> buttons() {
    return Stream.of(
        Arguments.of("/consent", "/oauth/authorize", List.of("decision=allow", "decision=deny")),
        Arguments.of("/account-sign-in", "/account", List.of("provider=of-sso", "provider=of-git")),
        Arguments.of(
            "/account-page",
            "/account",
            List.of(
                "action=sign-out",
                "offer=team%2Fforgejo&action=end-session",
                "offer=team%2Fwiki&action=end-session",
                "sign-in=" + "a".repeat(40) + "&action=disconnect-client",
                "sign-in=" + "b".repeat(40) + "&action=disconnect-client",
                "offer=team%2Fforgejo&action=take-back-grant",
                "offer=team%2Fwiki&action=give-grant",
                "offer=team%2Fwiki&action=take-back-grant",
                "offer=team%2Fchat&action=give-grant",
                "action=sign-out-everywhere")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("buttons")
  void aKeyboardPressesEveryButton(String path, String target, List<String> forms)
      throws InterruptedException {
    Screen.ALL.getLast().use(driver);
    String secret =
        path.equals("/consent")
            ? "request=sealed&"
            : path.equals("/account-page") ? "token=0123456789abcdef&" : "";
    for (int place = 0; place < forms.size(); place++) {
      browser.open(server.url(path));
      for (int step = 0; step <= place; step++) {
        key(Keys.TAB);
      }
      if (onFocused("it.tagName").equals("SUMMARY")) {
        key(Keys.ENTER);
        key(Keys.TAB);
      }
      key(Keys.ENTER);

      assertThat(server.posted.poll(30, TimeUnit.SECONDS))
          .isEqualTo(target + " " + secret + forms.get(place));
    }
  }

  @Test
  void aBrowserLeavesByItself() {
    browser.open(server.url("/leaving"));

    await().untilAsserted(() -> assertThat(browser.url()).isEqualTo(server.url("/there")));
  }

  private static void key(Keys key) {
    new Actions(driver).sendKeys(key).perform();
  }

  private static int reachable() {
    return ((Number) driver.executeScript("return " + REACHABLE + ".length")).intValue();
  }

  private static int focused() {
    return ((Number)
            driver.executeScript("return " + REACHABLE + ".indexOf(document.activeElement)"))
        .intValue();
  }

  private static Object onFocused(String expression) {
    return Objects.requireNonNull(
        driver.executeScript("const it = document.activeElement; return " + expression));
  }
}
