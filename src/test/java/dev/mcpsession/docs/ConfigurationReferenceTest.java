package dev.mcpsession.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpsession.config.OperatorConfig;
import dev.mcpsession.config.Setting;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

  @Test
  void theReferenceNamesEveryKey() {
    GeneratedDocument.named("configuration.md").mustBe(reference());
  }

  @Test
  void theExampleInTheReferenceHoldsTheDefaults() throws Exception {
    assertThat(OperatorConfig.parse(example())).isEqualTo(OperatorConfig.defaults());
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
        .formatted(example(), rows());
  }

  private static String example() {
    StringBuilder yaml = new StringBuilder();
    String section = "";
    for (Setting setting : Setting.values()) {
      if (setting.defaultValue() == null) {
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
          .append(setting.defaultValue())
          .append('\n');
    }
    return yaml.toString();
  }

  private static String rows() {
    return Arrays.stream(Setting.values())
        .map(
            s ->
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        s.key(),
                        s.allowed(),
                        s.defaultValue() == null ? "" : "`" + s.defaultValue() + "`",
                        s.meaning()))
        .collect(Collectors.joining());
  }
}
