package dev.mcpsession.browser;

import dev.mcpsession.external.ExternalProgram;
import java.util.List;
import java.util.Optional;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Debian's chromium without a window, and with a profile of its own; see {@link InBrowser}. */
public final class Browser extends UserAgent {
  private final ChromeDriver driver;

  /** Starts one that takes every certificate for good. */
  public Browser() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(ExternalProgram.named("chromium", "chromium").file().toFile());
    options.setAcceptInsecureCerts(true);
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // tests may run as root
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking",
        "--no-first-run",
        "--no-proxy-server",
        "--lang=en");
    // Naming the driver keeps Selenium from downloading one.
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(
                ExternalProgram.named("chromedriver", "chromium-driver").file().toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
  }

  /** For what only a real browser has: keys, sizes, colours, screenshots. */
  public ChromeDriver driver() {
    return driver;
  }

  @Override
  public void open(String url) {
    driver.get(url);
  }

  @Override
  public String url() {
    return driver.getCurrentUrl();
  }

  @Override
  public String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  @Override
  public boolean hasField(String name) {
    return field(name).isPresent();
  }

  private Optional<WebElement> field(String name) {
    return driver.findElements(By.name(name)).stream().filter(WebElement::isDisplayed).findFirst();
  }

  @Override
  public boolean hasButton(String text) {
    return button(text).isPresent();
  }

  private Optional<WebElement> button(String text) {
    List<WebElement> buttons = driver.findElements(By.cssSelector("button, input[type=submit]"));
    return buttons.stream()
        .filter(
            button ->
                text.equals(
                    button.getTagName().equals("input")
                        ? button.getDomProperty("value")
                        : button.getText()))
        .findFirst();
  }

  @Override
  public void fill(String name, String value) {
    WebElement field =
        field(name)
            .orElseThrow(
                () ->
                    new AssertionError(
                        "There is no field " + name + " at " + url() + ":\n" + text()));
    field.clear();
    field.sendKeys(value);
  }

  @Override
  public void press(String text) {
    button(text)
        .orElseThrow(
            () ->
                new AssertionError("There is no button " + text + " at " + url() + ":\n" + text()))
        .click();
  }

  @Override
  boolean isDynamic() {
    return true;
  }

  @Override
  public void close() {
    driver.quit();
  }
}
