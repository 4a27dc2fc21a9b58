package dev.mcpsession.issuer;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority of its own and the certificate of a server on localhost, made by the
 * JDK's keytool.
 *
 * @param keystore PKCS 12 with the server's key
 * @param pem the authority's certificate
 */
public record Certificates(Path keystore, String pem) {
  private static final String PASSWORD = "changeit";

  public static Certificates madeIn(Path folder) throws IOException, GeneralSecurityException {
    Path all = folder.resolve("all.p12");
    keytool(all, "-alias", "ca", "-dname", "CN=Test CA", "-ext", "bc:c");
    keytool(
        all,
        "-alias",
        "server",
        "-dname",
        "CN=localhost",
        "-signer",
        "ca",
        "-ext",
        "san=dns:localhost,dns:git.example");
    KeyStore made = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(all)) {
      made.load(in, PASSWORD.toCharArray());
    }
    KeyStore served = KeyStore.getInstance("PKCS12");
    served.load(null, null);
    served.setKeyEntry(
        "server",
        made.getKey("server", PASSWORD.toCharArray()),
        PASSWORD.toCharArray(),
        made.getCertificateChain("server"));
    Path keystore = folder.resolve("server.p12");
    try (OutputStream out = Files.newOutputStream(keystore)) {
      served.store(out, PASSWORD.toCharArray());
    }
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(made.getCertificate("ca").getEncoded());
    return new Certificates(
        keystore, "-----BEGIN CERTIFICATE-----\n" + body + "\n-----END CERTIFICATE-----\n");
  }

  /**
   * Starts an authorization server with this certificate, which grants the access token {@code
   * new-access}. It answers without TLS as well, at another port.
   */
  public WireMockServer startServer() {
    WireMockServer server =
        new WireMockServer(
            options()
                .dynamicPort()
                .dynamicHttpsPort()
                .keystoreType("PKCS12")
                .keystorePath(keystore.toString())
                .keystorePassword(PASSWORD)
                .keyManagerPassword(PASSWORD));
    server.start();
    server.stubFor(
        post(urlPathEqualTo("/login/token"))
            .willReturn(okJson("{\"access_token\": \"new-access\"}")));
    return server;
  }

  private static void keytool(Path keystore, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(
        List.of("-genkeypair", "-keyalg", "EC", "-validity", "2", "-storetype", "PKCS12"));
    command.addAll(List.of("-keystore", keystore.toString(), "-storepass", PASSWORD));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(output);
    }
  }
}
