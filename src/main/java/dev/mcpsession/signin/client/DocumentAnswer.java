package dev.mcpsession.signin.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PURE. What the host of a metadata document has answered.
 *
 * @param headers by name in lower case; of several with one name the first
 * @param body of at most 64 KiB, read as UTF-8
 */
record DocumentAnswer(int status, Map<String, String> headers, String body) {
  /** A flood of requests must not become a flood upon the document's host. */
  static final Duration LEAST_LIFE = Duration.ofSeconds(60);

  static final Duration LONGEST_LIFE = Duration.ofDays(1);

  private static final Pattern JSON_TYPE =
      Pattern.compile("application/(?:[A-Za-z0-9!#$&^_.-]+\\+)?json", Pattern.CASE_INSENSITIVE);

  private static final Pattern MAX_AGE =
      Pattern.compile("(?:^|[,\\s])max-age=\"?(\\d{1,9})", Pattern.CASE_INSENSITIVE);

  DocumentAnswer {
    headers = Map.copyOf(headers);
  }

  /** What it says of the client. */
  ClientLookup client(DocumentUrl url, Collection<String> allowedRedirectHosts) {
    String host = url.shownHost();
    if (status >= 500 || status == 429) {
      return new ClientLookup.Unavailable(
          host
              + ", which says what this client is, answered with "
              + status
              + ". Try again in a minute.");
    }
    if (status != 200) {
      boolean isRedirect = status >= 300 && status < 400;
      return unusable(
          host,
          (isRedirect ? "a redirect (" : "status ")
              + status
              + (isRedirect ? "), which is not followed," : "")
              + " came in its place");
    }
    if (!JSON_TYPE.matcher(header("content-type").split(";", 2)[0].strip()).matches()) {
      return unusable(host, "its content type is not application/json");
    }
    try {
      Map<String, Object> object = ClientDescription.object(body.getBytes(UTF_8));
      if (!url.text().equals(object.get("client_id"))) {
        return unusable(host, "its client_id is not its own URL, letter for letter");
      }
      if (object.containsKey("client_secret") || object.containsKey("client_secret_expires_at")) {
        return unusable(host, "it holds a client_secret, which anybody can read");
      }
      Object method = object.getOrDefault("token_endpoint_auth_method", "none");
      if (!"none".equals(method)) {
        return unusable(host, "its token_endpoint_auth_method must be none at this gateway");
      }
      ClientDescription description = ClientDescription.of(object, allowedRedirectHosts);
      return new ClientLookup.Found(
          new Client(
              url.text(), description.name(), Optional.of(host), description.redirectUris()));
    } catch (RefusedMetadataException e) {
      return unusable(host, e.error().getDescription());
    }
  }

  private static ClientLookup unusable(String host, String cause) {
    return new ClientLookup.Unknown(
        "The client cannot be used: of its metadata document at "
            + host
            + " is to be said: "
            + cause
            + (cause.endsWith(".") ? "" : ".")
            + " Whoever makes the client has to correct that.");
  }

  /** How long it can be used (RFC 9111, section 4.2). */
  Duration life(Instant now) {
    Duration said = said(now);
    return said.compareTo(LEAST_LIFE) < 0
        ? LEAST_LIFE
        : said.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : said;
  }

  private Duration said(Instant now) {
    String control = header("cache-control").toLowerCase(Locale.ROOT);
    if (control.contains("no-store") || control.contains("no-cache")) {
      return Duration.ZERO;
    }
    Matcher maxAge = MAX_AGE.matcher(control);
    if (maxAge.find()) {
      Duration age =
          header("age").matches("\\d{1,9}")
              ? Duration.ofSeconds(Long.parseLong(header("age")))
              : Duration.ZERO;
      return Duration.ofSeconds(Long.parseLong(maxAge.group(1))).minus(age);
    }
    return date("expires")
        .map(expires -> Duration.between(date("date").orElse(now), expires))
        .orElse(Duration.ZERO);
  }

  private Optional<Instant> date(String name) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header(name), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private String header(String name) {
    return headers.getOrDefault(name, "");
  }
}
