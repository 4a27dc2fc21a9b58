package dev.mcpsession.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointUrlTest {
  @ParameterizedTest(name = "{0} is of {1}")
  @CsvSource({
    "https://git.example/login?a=b, https://git.example, git.example",
    "https://git.example:443, https://git.example, git.example",
    "HTTPS://Git.Example:8443/, https://git.example:8443, git.example:8443",
    "http://git.example:80/, http://git.example, git.example",
    "http://git.example:443/, http://git.example:443, git.example:443",
    "http://[::1]:3000/, http://[::1]:3000, [::1]:3000"
  })
  void anOriginHasNoPortThatIsTheUsualOne(String url, String origin, String hostAndPort) {
    EndpointUrl parsed = EndpointUrl.parse(url);
    assertThat(parsed.origin()).isEqualTo(origin);
    assertThat(parsed.hostAndPort()).isEqualTo(hostAndPort);
  }
}
