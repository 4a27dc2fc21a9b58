package dev.mcpsession.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionTemplateSpec.Session;
import dev.mcpsession.cluster.Yaml;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field of a session and of a template's session, found by reflection. */
class EffectiveSpecTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of each field two values, the session's own and the template's. */
  private static final Map<String, List<Object>> VALUES =
      Map.ofEntries(
          Map.entry("idleTimeoutSeconds", List.of(1, 2)),
          Map.entry("maxLifetimeSeconds", List.of(3, 4)),
          Map.entry("onIdle", List.of("Delete", "Suspend")),
          Map.entry("deleteAfterIdleSeconds", List.of(5, 6)),
          Map.entry("startupTimeoutSeconds", List.of(7, 8)),
          Map.entry("drainSeconds", List.of(9, 10)),
          Map.entry("replacement", List.of("Surge", "Recreate")),
          Map.entry("port", List.of(11, 12)),
          Map.entry("path", List.of("/own", "/template")),
          Map.entry("service", List.of(true, false)),
          Map.entry("serviceAppProtocol", List.of("own", "template")),
          Map.entry("podTemplate", List.of(podTemplate("own"), podTemplate("template"))),
          Map.entry("token", List.of(token("own"), token("template"))));

  /** What a session has that names a template, and neither says. */
  private static final Map<String, Object> DEFAULTS =
      Map.of(
          "onIdle",
          "Suspend",
          "deleteAfterIdleSeconds",
          EffectiveSpec.TEMPLATE_DELETE_AFTER_IDLE_SECONDS,
          "drainSeconds",
          EffectiveSpec.TEMPLATE_DRAIN_SECONDS,
          "service",
          false);

  /** What nobody but the template knows, while it is missing: nothing ends for want of it. */
  private static final Map<String, Object> WITHOUT_TEMPLATE =
      Map.of(
          "idleTimeoutSeconds",
          0,
          "onIdle",
          "Suspend",
          "deleteAfterIdleSeconds",
          0,
          "drainSeconds",
          EffectiveSpec.TEMPLATE_DRAIN_SECONDS,
          "service",
          true,
          "serviceAppProtocol",
          "as-it-is");

  /** What belongs to one session, and no template gives. */
  private static final Map<String, Object> OWN_ALONE =
      Map.of(
          "user",
          "alice",
          "owner",
          Map.of("issuer", "https://sso.example", "subject", "alice-123"),
          "templateRef",
          Map.of("name", "forgejo"),
          "suspend",
          true,
          "grantSecretName",
          "grant-of-alice");

  static Stream<String> fields() {
    return Arrays.stream(Session.class.getRecordComponents()).map(RecordComponent::getName);
  }

  @Test
  void eachFieldOfASessionComesFromATemplateOrIsItsOwnAlone() {
    assertThat(fields()).containsExactlyInAnyOrderElementsOf(VALUES.keySet());
    Stream<String> own =
        Arrays.stream(McpSessionSpec.class.getRecordComponents()).map(RecordComponent::getName);
    assertThat(own)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(VALUES.keySet().stream(), OWN_ALONE.keySet().stream()).toList());
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whatTheSessionSaysWins(String field) {
    assertThat(merged(Map.of(field, own(field)), everyTemplateValue()).get(field))
        .isEqualTo(own(field));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whatTheSessionLeavesOutTheTemplateSays(String field) {
    assertThat(merged(Map.of(), Map.of(field, of(field).getLast())).get(field))
        .isEqualTo(of(field).getLast());
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whatNeitherSaysIsTheDefault(String field) {
    assertThat(merged(Map.of(), Map.of()).get(field)).isEqualTo(DEFAULTS.get(field));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whileTheTemplateIsMissingWhatTheSessionSaysHolds(String field) {
    assertThat(withoutTemplate(Map.of(field, own(field))).get(field)).isEqualTo(own(field));
  }

  @ParameterizedTest
  @MethodSource("fields")
  void whileTheTemplateIsMissingNothingIsMadeUp(String field) {
    assertThat(withoutTemplate(Map.of()).get(field)).isEqualTo(WITHOUT_TEMPLATE.get(field));
  }

  @Test
  void whatIsTheSessionsOwnAloneStays() {
    assertThat(merged(Map.of(), everyTemplateValue())).containsAllEntriesOf(OWN_ALONE);
    assertThat(withoutTemplate(Map.of())).containsAllEntriesOf(OWN_ALONE);
  }

  @Test
  void aSessionWithoutATemplateIsWhatItsSpecSays() {
    McpSessionSpec spec = spec(Map.of("podTemplate", own("podTemplate")));
    assertThat(EffectiveSpec.of(spec)).isEqualTo(spec);
  }

  @Test
  void theSessionsGrantTakesThePlaceOfTheTokens() {
    Map<String, Object> token =
        Yaml.map("{oauth2Refresh: {tokenEndpoint: 'https://a/b', clientSecretName: a}}");
    for (Map<String, Object> spec :
        List.of(
            merged(Map.of(), Map.of("token", token)),
            merged(Map.of("token", token), Map.of()),
            withoutTemplate(Map.of("token", token)))) {
      assertThat(JSON.<ObjectNode>valueToTree(spec).at("/token/oauth2Refresh/grantSecretName"))
          .hasToString("\"grant-of-alice\"");
    }
  }

  private static List<Object> of(String field) {
    return VALUES.get(field);
  }

  private static Object own(String field) {
    return of(field).getFirst();
  }

  private static Map<String, Object> everyTemplateValue() {
    ObjectNode all = JSON.createObjectNode();
    VALUES.forEach((field, values) -> all.set(field, JSON.valueToTree(values.getLast())));
    return map(all);
  }

  private static Map<String, Object> merged(Map<String, Object> own, Map<String, Object> template) {
    return map(EffectiveSpec.of(spec(own), JSON.convertValue(template, Session.class)));
  }

  private static Map<String, Object> withoutTemplate(Map<String, Object> own) {
    return map(EffectiveSpec.withoutTemplate(spec(own), true, "as-it-is"));
  }

  private static McpSessionSpec spec(Map<String, Object> own) {
    ObjectNode all = JSON.valueToTree(OWN_ALONE);
    all.setAll(JSON.<ObjectNode>valueToTree(own));
    return JSON.convertValue(all, McpSessionSpec.class);
  }

  /** As it is stored: without what is null. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object spec) {
    return JSON.convertValue(spec, Map.class);
  }

  private static Map<String, Object> podTemplate(String image) {
    return Yaml.map("{spec: {containers: [{name: backend, image: '%s'}]}}".formatted(image));
  }

  private static Map<String, Object> token(String secret) {
    return Yaml.map("{secret: {name: %s}}".formatted(secret));
  }
}
