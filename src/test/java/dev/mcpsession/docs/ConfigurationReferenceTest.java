package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.ConfigKey;
import dev.mcpsession.config.GatewayConfig;
import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.config.Setting;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {
  private static final String GATEWAY_EXAMPLE =
      """
      baseUrl: https://mcp.example
      keysDirectory: /var/run/secrets/mcp-gateway
      issuers:
        - issuer: https://sso.example/realms/staff
          userClaim: preferred_username
          groupsClaim: groups
      allowedOrigins:
        - https://app.example
      signIn:
        issuer: https://mcp.example
        identityProvider:
          issuer: https://sso.example/realms/staff
          clientId: mcp-gateway
          clientSecretFile: /etc/mcp-session-gateway-client/secret
        allowedEndpoints:
          - https://git.example/login/oauth/
      limits:
        requestsPerUser: 64
      """;

  @Test
  void theReferenceNamesEveryKey() {
    GeneratedDocument.named("configuration.md").mustBe(reference());
  }

  @Test
  void theGatewaysReferenceNamesEveryKey() {
    GeneratedDocument.named("gateway-configuration.md").mustBe(gatewayReference());
  }

  @Test
  void theExamplesInTheGatewaysReferenceAreValid() throws Exception {
    assertThat(GatewayConfig.parse(example(outsideOfSignIn()))).isEqualTo(GatewayConfig.defaults());
    assertThat(GatewayConfig.parse(GATEWAY_EXAMPLE).issuers()).hasSize(1);
    assertThat(GatewayConfig.parse(GATEWAY_EXAMPLE).signIn()).isPresent();
  }

  @Test
  void theExampleInTheReferenceHoldsTheDefaults() throws Exception {
    assertThat(OperatorConfig.parse(example(List.of(Setting.values()))))
        .isEqualTo(OperatorConfig.defaults());
  }

  private static String reference() {
    return """
    # Configuration file

    The file given with `--config` is YAML. Every key is optional. The operator rejects unknown keys, wrong types and
    values that are out of range or contradict each other: it lists all of them with their lines and exits with
    code 2. A changed file takes effect at the next start.

    These are the defaults:

    ```yaml
    %s```

    | Key | Allowed | Default | Meaning |
    |---|---|---|---|
    %s\

    ## Environment

    | Variable | Allowed | Default | Meaning |
    |---|---|---|---|
    | `LOG_LEVEL` | OFF, ERROR, WARN, INFO, DEBUG, TRACE | `INFO` | Level of the operator's own code. Its libraries stay at WARN: at more verbose levels they would log Secrets. |
    | `LOG_FORMAT` | TEXT, JSON | `JSON` in a cluster, else `TEXT` | One line of text or one JSON object for each log entry. |
    | `POD_NAME` | | | The replica's name in the Lease; set it with the downward API (`metadata.name`). |
    | `POD_UID` | | | The Pod's uid in the Lease; set it with the downward API (`metadata.uid`). With it, a restarted container takes its own Lease at once; without it, it waits until the Lease expires. |
    | `POD_NAMESPACE` | | | The operator's own namespace; set it with the downward API (`metadata.namespace`). |
    | `HTTPS_PROXY`, `HTTP_PROXY` | the URL of an HTTP proxy such as http://proxy.example:3128 | | Proxy through which https and http issuers are reached; see [tokens.md](tokens.md#through-a-proxy). The API server is reached directly. Also in lower case. |
    | `NO_PROXY` | domains, IP addresses, networks or *, separated by commas | | Issuers that are reached without the proxy. Also in lower case. |
    """
        .formatted(example(List.of(Setting.values())), rows(List.of(Setting.values())));
  }

  private static String gatewayReference() {
    return """
    # The gateway's configuration file

    The file that the role `gateway` is given with `--config` is YAML. It rejects unknown keys, wrong types and values
    that contradict each other: it lists all of them with their lines and exits with code 2. A changed file takes effect
    at the next start.

    ```yaml
    %s```

    | Key | Allowed | Default | Meaning |
    |---|---|---|---|
    %s
    These are the defaults of what is neither in a list nor in `signIn`:

    ```yaml
    %s```

    ## Environment

    | Variable | Allowed | Default | Meaning |
    |---|---|---|---|
    | `LOG_LEVEL` | OFF, ERROR, WARN, INFO, DEBUG, TRACE | `INFO` | Level of the gateway's own code; the access log stays at INFO. |
    | `LOG_FORMAT` | TEXT, JSON | `JSON` in a cluster, else `TEXT` | One line of text or one JSON object for each log entry. The access log is always JSON. |
    """
        .formatted(GATEWAY_EXAMPLE, rows(GatewayConfig.keys()), example(outsideOfSignIn()));
  }

  /** Whoever gives a key of {@code signIn} has to say more. */
  private static List<ConfigKey> outsideOfSignIn() {
    return GatewayConfig.keys().stream().filter(key -> !key.key().startsWith("signIn.")).toList();
  }

  private static String example(List<? extends ConfigKey> keys) {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (ConfigKey setting : keys) {
      if (setting.defaultValue() == null || setting.key().contains("[].")) {
        continue;
      }
      int dot = setting.key().indexOf('.');
      String ownSection = dot < 0 ? "" : setting.key().substring(0, dot);
      if (!ownSection.equals(section)) {
        yaml.append(ownSection).append(":\n");
        section = ownSection;
      }
      yaml.append(section.isEmpty() ? "" : "  ")
          .append(setting.key().substring(dot + 1))
          .append(": ")
          .append(setting.defaultValue().isEmpty() ? "\"\"" : setting.defaultValue())
          .append('\n');
    }
    return yaml.toString();
  }

  private static String rows(List<? extends ConfigKey> keys) {
    return keys.stream()
        .map(
            s ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(s.key(), s.allowed(), shownDefault(s), s.meaning()))
        .collect(Collectors.joining());
  }

  private static String shownDefault(ConfigKey setting) {
    String value = setting.defaultValue();
    return value == null ? "" : value.isEmpty() ? "empty" : "`" + value + "`";
  }
}
