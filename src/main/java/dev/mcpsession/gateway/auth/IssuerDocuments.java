package dev.mcpsession.gateway.auth;

import dev.mcpsession.text.Excerpt;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;

/** Reads an issuer's keys over HTTP, from where its configuration or its metadata says. */
final class IssuerDocuments implements KeySource {
  private static final String OPENID = "/.well-known/openid-configuration";
  private static final String OAUTH = "/.well-known/oauth-authorization-server";

  private final IssuerSettings issuer;
  private final URI issuerUri;
  private final boolean allowHttp;
  private final Duration limit;

  /**
   * @param allowHttp whether the metadata may name an http URL
   * @param limit of each request, from connecting to the end of the answer
   */
  IssuerDocuments(IssuerSettings issuer, boolean allowHttp, Duration limit) {
    this.issuer = issuer;
    this.issuerUri = URI.create(issuer.issuer());
    this.allowHttp = allowHttp;
    this.limit = limit;
  }

  @Override
  public IssuerKeySet fetch() throws IssuerFaultException, InterruptedException {
    // A client for each time: it is seldom, and the CA file may have been renewed.
    HttpClient client = DocumentRequest.client(issuer.caFile(), limit);
    try {
      URI uri = issuer.jwksUri();
      return keys(client, uri == null ? discover(client) : uri);
    } finally {
      client.shutdownNow();
    }
  }

  private IssuerKeySet keys(HttpClient client, URI uri)
      throws IssuerFaultException, InterruptedException {
    IssuerKeySet keys;
    try {
      keys = IssuerKeySet.parse(new DocumentRequest(client, uri, limit).body());
    } catch (ParseException e) {
      throw new IssuerFaultException(uri + " is no JSON Web Key Set");
    }
    if (keys.keys().isEmpty()) {
      throw new IssuerFaultException(uri + " has no key that signatures can be verified with");
    }
    return keys;
  }

  /** By OpenID Connect Discovery, else by RFC 8414; tells of the first if neither has it. */
  private URI discover(HttpClient client) throws IssuerFaultException, InterruptedException {
    String path = withoutSlash(issuerUri.getRawPath());
    try {
      return jwksUri(client, issuerUri.resolve(path + OPENID));
    } catch (IssuerFaultException first) {
      try {
        return jwksUri(client, issuerUri.resolve(OAUTH + path));
      } catch (IssuerFaultException second) {
        throw first;
      }
    }
  }

  private URI jwksUri(HttpClient client, URI metadata)
      throws IssuerFaultException, InterruptedException {
    Map<String, Object> document;
    try {
      document = StrictJson.object(new DocumentRequest(client, metadata, limit).body());
    } catch (ParseException e) {
      throw new IssuerFaultException(metadata + " is no JSON object");
    }
    // Otherwise one issuer could pass off its keys as another's (RFC 8414, section 3.3).
    if (!issuer.issuer().equals(document.get("issuer"))) {
      throw new IssuerFaultException(
          metadata
              + " is of the issuer "
              + Excerpt.ofLine(String.valueOf(document.get("issuer")), 200)
              + ": write the issuer into the configuration just so, if that is the right one");
    }
    try {
      URI uri = new URI(String.valueOf(document.get("jwks_uri")));
      boolean isWeb =
          "https".equals(uri.getScheme()) || (allowHttp && "http".equals(uri.getScheme()));
      if (isWeb && uri.getHost() != null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new IssuerFaultException(metadata + " has no jwks_uri that is an https URL");
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
