package dev.mcpsession.gateway.auth;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** One GET of a public document, which follows no redirect: trust is in the URL that was named. */
record DocumentRequest(HttpClient client, URI uri, Duration limit) {
  /** Longer documents, in bytes, are refused; large issuers have 30,000. */
  static final int LONGEST = 512 * 1024;

  /** A Kubernetes API server answers 406 for its keys if only JSON is accepted. */
  private static final String TYPES = "application/json, application/jwk-set+json";

  /**
   * @param caFile authorities in PEM, and no others are trusted; null: those that Java trusts
   */
  static HttpClient client(@Nullable Path caFile, Duration limit) throws IssuerFaultException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(limit)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1);
    if (caFile != null) {
      builder.sslContext(trusting(caFile));
    }
    return builder.build();
  }

  /** The body of a 200. */
  byte[] body() throws IssuerFaultException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri).header("Accept", TYPES).timeout(limit).build();
    // The timeout of a request does not include its answer's body.
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST));
    try {
      HttpResponse<byte[]> answer = exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      if (answer.statusCode() != 200) {
        throw new IssuerFaultException(uri + " answered with " + answer.statusCode());
      }
      return answer.body();
    } catch (TimeoutException e) {
      throw new IssuerFaultException(late());
    } catch (ExecutionException e) {
      throw new IssuerFaultException(fault(e));
    } finally {
      exchange.cancel(true);
    }
  }

  private String fault(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        return "the certificate of "
            + uri
            + " is not trusted, has expired or is another host's; caFile of the issuer is the file"
            + " of its authority";
      }
    }
    return switch (failure.getCause()) {
      case SSLException tls -> "no TLS connection to " + uri;
      case HttpTimeoutException late -> late();
      case ConnectException refused -> "no connection to " + uri;
      case null, default ->
          "no complete answer from " + uri + " of at most " + LONGEST / 1024 + " KiB";
    };
  }

  private String late() {
    return uri + " did not answer within " + limit.toMillis() / 1000.0 + " s";
  }

  private static SSLContext trusting(Path caFile) throws IssuerFaultException {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(caFile)));
      if (certificates.isEmpty()) {
        throw new CertificateException("none");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new IssuerFaultException("caFile " + caFile + " cannot be read");
    } catch (GeneralSecurityException e) {
      throw new IssuerFaultException("caFile " + caFile + " holds no certificates in PEM");
    }
  }
}
