package dev.mcpsession.signin.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mcpsession.gateway.site.SiteAnswer;
import dev.mcpsession.gateway.site.SiteAnswer.Header;
import dev.mcpsession.gateway.site.SiteRequest;
import dev.mcpsession.signin.web.Parameters;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser at the site: it keeps cookies, follows nothing by itself, and can fill in forms. */
final class TestBrowser {
  private static final Pattern HIDDEN = Pattern.compile("name=\"request\" value=\"([^\"]+)\"");
  private static final Pattern REFRESH =
      Pattern.compile("http-equiv=\"refresh\" content=\"0; url=([^\"]+)\"");

  final Map<String, String> cookies = new LinkedHashMap<>();
  private final SignInSite site;

  TestBrowser(SignInSite site) {
    this.site = site;
  }

  /** The same cookies, in another window. */
  TestBrowser copy() {
    TestBrowser copy = new TestBrowser(site);
    copy.cookies.putAll(cookies);
    return copy;
  }

  SiteAnswer get(String path, String... query) {
    return send("GET", path, SiteFixture.form(query), "");
  }

  /** A path with its query. */
  SiteAnswer open(String url) {
    URI uri = URI.create(url);
    return send("GET", uri.getPath(), Optional.ofNullable(uri.getRawQuery()).orElse(""), "");
  }

  SiteAnswer post(String path, String... form) {
    return send("POST", path, "", SiteFixture.form(form));
  }

  private SiteAnswer send(String method, String path, String query, String body) {
    Map<String, List<String>> headers = new HashMap<>();
    if (!cookies.isEmpty()) {
      headers.put(
          "cookie",
          List.of(
              cookies.entrySet().stream()
                  .map(it -> it.getKey() + "=" + it.getValue())
                  .collect(Collectors.joining("; "))));
    }
    if (method.equals("POST")) {
      headers.put("content-type", List.of("application/x-www-form-urlencoded"));
    }
    SiteAnswer answer =
        site.answer(new SiteRequest(method, path, query, headers, body.getBytes(UTF_8)))
            .toCompletableFuture()
            .join();
    answer.headers().stream().filter(it -> it.name().equals("Set-Cookie")).forEach(this::keep);
    return answer;
  }

  private void keep(Header header) {
    String[] pair = header.value().split(";", 2)[0].split("=", 2);
    if (header.value().contains("Max-Age=0;")) {
      cookies.remove(pair[0]);
    } else {
      cookies.put(pair[0], pair[1]);
    }
  }

  static String text(SiteAnswer answer) {
    return new String(answer.body(), UTF_8);
  }

  static Optional<String> header(SiteAnswer answer, String name) {
    return answer.headers().stream()
        .filter(it -> it.name().equals(name))
        .map(Header::value)
        .findFirst();
  }

  /** The hidden field of the page of consent. */
  static String consent(SiteAnswer page) {
    return found(HIDDEN, text(page));
  }

  /** Where an answer sends the browser, by a redirect or a page that leaves. */
  static String target(SiteAnswer answer) {
    return header(answer, "Location")
        .orElseGet(() -> found(REFRESH, text(answer)).replace("&amp;", "&"));
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  /** A parameter of a URL. */
  static Optional<String> parameter(String url, String name) {
    return Parameters.ofQuery(
            new SiteRequest(
                "GET",
                "/",
                Optional.ofNullable(URI.create(url).getRawQuery()).orElse(""),
                Map.of(),
                new byte[0]))
        .first(name);
  }
}
