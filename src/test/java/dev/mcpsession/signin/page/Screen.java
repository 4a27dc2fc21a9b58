package dev.mcpsession.signin.page;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.chrome.ChromeDriver;

/** What pages look like on one kind of screen. */
record Screen(String scheme, int width) {
  private static final int HEIGHT = 900;

  static final List<Screen> ALL =
      List.of(
          new Screen("light", 320),
          new Screen("light", 1280),
          new Screen("dark", 320),
          new Screen("dark", 1280));

  /** Has a browser show pages on such a screen from now on. */
  void use(ChromeDriver driver) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", HEIGHT, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /** The whole page that a browser shows, as PNG. */
  byte[] screenshot(ChromeDriver driver) {
    Number height = (Number) driver.executeScript("return document.documentElement.scrollHeight");
    Map<String, Object> shot =
        driver.executeCdpCommand(
            "Page.captureScreenshot",
            Map.of(
                "format",
                "png",
                "captureBeyondViewport",
                true,
                "clip",
                Map.of("x", 0, "y", 0, "width", width, "height", height, "scale", 1)));
    return Base64.getDecoder().decode((String) shot.get("data"));
  }

  @Override
  public String toString() {
    return scheme + "-" + width;
  }
}
