package dev.mcpsession.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jsoup.Connection.KeyVal;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.FormElement;
import org.jspecify.annotations.Nullable;

/**
 * A user agent without scripts and styles: it keeps cookies, submits forms, and follows redirects
 * and refreshes.
 */
public final class HttpPerson extends UserAgent {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_REDIRECTS = 20;
  private static final Pattern REFRESH =
      Pattern.compile(
          "\\s*\\d+\\s*;\\s*url\\s*=\\s*['\"]?(.*?)['\"]?\\s*", Pattern.CASE_INSENSITIVE);

  private final HttpClient http;
  private final boolean ownsHttp;
  private final CookieJar cookies = new CookieJar();
  private final Map<String, String> filled = new HashMap<>();
  private URI url = URI.create("about:blank");
  private Document page = Document.createShell("");
  private @Nullable HttpResponse<String> answer;

  /** Trusts what Java trusts. */
  public HttpPerson() {
    this(defaultTrust());
  }

  /**
   * @param tls whom to trust
   */
  public HttpPerson(SSLContext tls) {
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .sslContext(tls)
            .build();
    ownsHttp = true;
  }

  /**
   * One of many that share connections, and nothing else.
   *
   * @param shared stays open when this is closed
   */
  public HttpPerson(HttpClient shared) {
    http = shared;
    ownsHttp = false;
  }

  private static SSLContext defaultTrust() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has one", e);
    }
  }

  @Override
  public void open(String address) {
    visit(HttpRequest.newBuilder(URI.create(address)).GET());
  }

  @Override
  public String url() {
    return url.toString();
  }

  @Override
  public String text() {
    return page.text();
  }

  /** The answer that the page came with; empty: nobody listens there. */
  public Optional<HttpResponse<String>> answer() {
    return Optional.ofNullable(answer);
  }

  /** What it has of cookies for a URL, by name. */
  public Map<String, String> cookiesOf(String address) {
    return cookies.of(URI.create(address));
  }

  /** The page as it was parsed, for what only a test asks. */
  public Document page() {
    return page;
  }

  @Override
  public boolean hasField(String name) {
    return !page.select("input[name=" + name + "]").isEmpty();
  }

  @Override
  public boolean hasButton(String text) {
    return button(text).isPresent();
  }

  private Optional<Element> button(String text) {
    return page.select("button, input[type=submit]").stream()
        .filter(button -> text.equals(button.is("input") ? button.val() : button.text()))
        .findFirst();
  }

  @Override
  public void fill(String name, String value) {
    if (!hasField(name)) {
      throw new AssertionError("There is no field " + name + " at " + url + ":\n" + text());
    }
    filled.put(name, value);
  }

  @Override
  public void press(String text) {
    Element button =
        button(text)
            .orElseThrow(
                () ->
                    new AssertionError(
                        "There is no button " + text + " at " + url + ":\n" + text()));
    if (!(button.closest("form") instanceof FormElement form)) {
      throw new AssertionError("The button " + text + " is in no form");
    }
    List<String> pairs = new ArrayList<>();
    for (KeyVal field : form.formData()) {
      pairs.add(pair(field.key(), filled.getOrDefault(field.key(), field.value())));
    }
    if (button.hasAttr("name")) {
      pairs.add(pair(button.attr("name"), button.val()));
    }
    String data = String.join("&", pairs);
    URI action = form.attr("action").isEmpty() ? url : url.resolve(form.attr("action"));
    HttpRequest.Builder request =
        form.attr("method").equalsIgnoreCase("post")
            ? HttpRequest.newBuilder(action)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Origin", url.getScheme() + "://" + url.getRawAuthority())
                .POST(BodyPublishers.ofString(data))
            : HttpRequest.newBuilder(
                    URI.create(action.toString().replaceFirst("\\?.*", "") + "?" + data))
                .GET();
    visit(request);
  }

  private static String pair(String name, String value) {
    return URLEncoder.encode(name, UTF_8) + "=" + URLEncoder.encode(value, UTF_8);
  }

  private void visit(HttpRequest.Builder first) {
    filled.clear();
    HttpRequest.Builder next = first;
    for (int redirects = 0; redirects < MOST_REDIRECTS; redirects++) {
      Optional<URI> location = send(next);
      if (location.isEmpty()) {
        return;
      }
      next = HttpRequest.newBuilder(location.get()).GET();
    }
    throw new AssertionError("Redirected " + MOST_REDIRECTS + " times, at last to " + url);
  }

  /** Where the answer leads at once; empty: it is a page. */
  private Optional<URI> send(HttpRequest.Builder request) {
    URI to = request.build().uri();
    Map<String, String> sent = cookies.of(to);
    if (!sent.isEmpty()) {
      request.header(
          "Cookie",
          sent.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
    url = to;
    answer = null;
    page = Document.createShell(to.toString());
    try {
      HttpResponse<String> got =
          http.send(request.timeout(TIMEOUT).build(), BodyHandlers.ofString());
      cookies.keep(to, got.headers().allValues("Set-Cookie"));
      answer = got;
      Optional<String> location = got.headers().firstValue("Location");
      if (got.statusCode() / 100 == 3 && location.isPresent()) {
        return location.map(to::resolve);
      }
      page = Jsoup.parse(got.body(), to.toString());
      return refresh().map(to::resolve);
    } catch (ConnectException e) {
      return Optional.empty(); // a browser shows a page of its own
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Optional<String> refresh() {
    return page.select("meta[http-equiv=refresh]").stream()
        .map(meta -> REFRESH.matcher(meta.attr("content")))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  @Override
  boolean isDynamic() {
    return false;
  }

  @Override
  public void close() {
    if (ownsHttp) {
      http.close();
    }
  }
}
