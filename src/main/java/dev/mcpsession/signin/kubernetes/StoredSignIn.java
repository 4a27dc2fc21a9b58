package dev.mcpsession.signin.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.api.McpSessionSpec.Owner;
import dev.mcpsession.api.Names;
import dev.mcpsession.gateway.route.McpResource;
import dev.mcpsession.gateway.session.SessionName;
import dev.mcpsession.signin.identity.Person;
import dev.mcpsession.signin.identity.SignIn;
import dev.mcpsession.signin.identity.SignIn.ClientName;
import dev.mcpsession.signin.identity.SignIn.RefreshState;
import dev.mcpsession.signin.identity.SignIn.Version;
import dev.mcpsession.text.Excerpt;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PURE. A sign-in as a Secret: one document of JSON that holds all of it, and labels and
 * annotations for people and {@code kubectl}, which the gateway does not read.
 */
final class StoredSignIn {
  /** Before the id in the name of the Secret. */
  static final String PREFIX = "signin-";

  /** Key of the document. */
  static final String KEY = "sign-in.json";

  private static final String TYPE = "mcpsession.dev/sign-in";
  private static final int LONGEST_LABEL = 63;
  private static final int LONGEST_ANNOTATION = 256;
  private static final ObjectMapper JSON = new ObjectMapper();

  private StoredSignIn() {}

  /** The Secret is none that the gateway has written. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message without anything that is in the Secret
     */
    UnreadableException(String message) {
      super(message);
    }
  }

  static String secretName(String id) {
    return PREFIX + id;
  }

  /** Value of the label by which an owner's Secrets can be listed. */
  static String ownerLabel(Owner owner) {
    return SessionName.ownerHash(owner).substring(0, LONGEST_LABEL);
  }

  /** What people read in an annotation: one line, of a length that does no harm. */
  static String readable(String text) {
    return Excerpt.ofLine(text, LONGEST_ANNOTATION);
  }

  /** The Secret of a new one. */
  static Secret secret(SignIn signIn, String namespace) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(secretName(signIn.id()))
        .withNamespace(namespace)
        .addToLabels(Names.SIGN_IN_LABEL, "true")
        .addToLabels(Names.OWNER_LABEL, ownerLabel(signIn.person().owner()))
        .withAnnotations(annotations(signIn))
        .endMetadata()
        .withType(TYPE)
        .addToData(KEY, encoded(signIn))
        .build();
  }

  private static Map<String, String> annotations(SignIn signIn) {
    Map<String, String> annotations = new LinkedHashMap<>();
    annotations.put(Names.USER, readable(signIn.person().name()));
    signIn.client().ifPresent(it -> annotations.put(Names.CLIENT, readable(it.name())));
    signIn.resource().ifPresent(it -> annotations.put(Names.TEMPLATE, it.toString()));
    return annotations;
  }

  /**
   * A merge patch (RFC 7396) that stores the sign-in if its Secret is still the one it was read
   * from.
   */
  static String patch(SignIn signIn, Version read) {
    ObjectNode patch = JsonNodeFactory.instance.objectNode();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("resourceVersion", read.resourceVersion()); // 409 if it is another by now
    ObjectNode annotations = metadata.putObject("annotations");
    annotations(signIn).forEach(annotations::put);
    patch.putObject("data").put(KEY, encoded(signIn));
    return patch.toString();
  }

  private static String encoded(SignIn signIn) {
    return Base64.getEncoder().encodeToString(document(signIn).toString().getBytes(UTF_8));
  }

  private static ObjectNode document(SignIn signIn) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    Person person = signIn.person();
    ObjectNode stored = document.putObject("person");
    stored.put("issuer", person.owner().issuer()).put("subject", person.owner().subject());
    stored.put("name", person.name()).put("provider", person.provider());
    texts(stored.putArray("groups"), person.groups().stream().sorted().toList());
    signIn
        .resource()
        .ifPresent(
            it ->
                document
                    .putObject("resource")
                    .put("namespace", it.namespace())
                    .put("template", it.template()));
    signIn
        .client()
        .ifPresent(
            it ->
                document
                    .putObject("client")
                    .put("idHash", it.idHash())
                    .put("name", it.name())
                    .put("host", it.host()));
    texts(document.putArray("scopes"), signIn.scopes());
    document.put("createdAt", signIn.createdAt().toString());
    document.put("lastUsedAt", signIn.lastUsedAt().toString());
    RefreshState refresh = signIn.refresh();
    ObjectNode tokens = document.putObject("refresh");
    tokens.put("generation", refresh.generation()).put("currentHash", refresh.currentHash());
    refresh.previousHash().ifPresent(it -> tokens.put("previousHash", it));
    tokens.put("rotatedAt", refresh.rotatedAt().toString());
    document.put("ended", signIn.isEnded());
    return document;
  }

  private static void texts(ArrayNode array, Collection<String> texts) {
    texts.forEach(array::add);
  }

  /**
   * What a Secret holds.
   *
   * @throws UnreadableException if somebody has made or edited it who is no gateway
   */
  static SignIn read(Secret secret) throws UnreadableException {
    ObjectMeta metadata = secret.getMetadata();
    if (!metadata.getName().startsWith(PREFIX)) {
      throw new UnreadableException("its name does not begin with " + PREFIX);
    }
    JsonNode document = document(secret);
    return new SignIn(
        metadata.getName().substring(PREFIX.length()),
        new Person(
            new Owner(text(document, "/person/issuer"), text(document, "/person/subject")),
            text(document, "/person/name"),
            Set.copyOf(texts(document, "/person/groups")),
            text(document, "/person/provider")),
        document.has("resource")
            ? Optional.of(
                new McpResource(
                    text(document, "/resource/namespace"), text(document, "/resource/template")))
            : Optional.empty(),
        document.has("client")
            ? Optional.of(
                new ClientName(
                    text(document, "/client/idHash"),
                    text(document, "/client/name"),
                    text(document, "/client/host")))
            : Optional.empty(),
        texts(document, "/scopes"),
        instant(document, "/createdAt"),
        instant(document, "/lastUsedAt"),
        new RefreshState(
            number(document, "/refresh/generation"),
            text(document, "/refresh/currentHash"),
            document.path("refresh").has("previousHash")
                ? Optional.of(text(document, "/refresh/previousHash"))
                : Optional.empty(),
            instant(document, "/refresh/rotatedAt")),
        isTrue(document, "/ended") || secret.isMarkedForDeletion(),
        Optional.of(new Version(metadata.getUid(), metadata.getResourceVersion())));
  }

  private static JsonNode document(Secret secret) throws UnreadableException {
    String encoded = secret.getData() == null ? null : secret.getData().get(KEY);
    if (encoded == null) {
      throw new UnreadableException("it has no key " + KEY);
    }
    try {
      return JSON.readTree(new String(Base64.getDecoder().decode(encoded), UTF_8));
    } catch (JsonProcessingException e) { // its message repeats what was read
      throw new UnreadableException(KEY + " is no JSON");
    }
  }

  private static String text(JsonNode document, String path) throws UnreadableException {
    JsonNode value = at(document, path);
    if (!value.isTextual()) {
      throw fault(path, "no text");
    }
    return value.textValue();
  }

  private static List<String> texts(JsonNode document, String path) throws UnreadableException {
    JsonNode array = at(document, path);
    List<String> texts = new ArrayList<>();
    for (JsonNode text : array) {
      texts.add(text.textValue());
    }
    if (!array.isArray() || texts.contains(null)) {
      throw fault(path, "no list of texts");
    }
    return texts;
  }

  private static int number(JsonNode document, String path) throws UnreadableException {
    JsonNode value = at(document, path);
    if (!value.isInt()) {
      throw fault(path, "no whole number");
    }
    return value.intValue();
  }

  /** No default: whether a sign-in has ended is not to be guessed. */
  private static boolean isTrue(JsonNode document, String path) throws UnreadableException {
    JsonNode value = at(document, path);
    if (!value.isBoolean()) {
      throw fault(path, "neither true nor false");
    }
    return value.booleanValue();
  }

  private static Instant instant(JsonNode document, String path) throws UnreadableException {
    String text = text(document, path);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) { // its message repeats what was read
      throw fault(path, "no RFC 3339 instant");
    }
  }

  private static UnreadableException fault(String path, String what) {
    return new UnreadableException(path + " of " + KEY + " is " + what);
  }

  private static JsonNode at(JsonNode document, String path) {
    return document.at(JsonPointer.compile(path));
  }
}
