package dev.mcpsession.gateway.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mcpsession.gateway.session.SessionUse;
import java.time.Instant;
import java.util.Optional;

/**
 * JSON patches (RFC 6902) of one annotation that hold only for the session that was looked at: they
 * test its uid, so that no successor of its name gets what was meant for it.
 */
final class AnnotationPatch {
  private static final String ANNOTATIONS = "/metadata/annotations";

  private final ArrayNode operations = JsonNodeFactory.instance.arrayNode();
  private final SessionUse seen;

  private AnnotationPatch(SessionUse seen) {
    this.seen = seen;
    test("/metadata/uid", seen.session().uid());
  }

  /** For the session that this was read from. */
  static AnnotationPatch of(SessionUse seen) {
    return new AnnotationPatch(seen);
  }

  /** Only if the annotation is still what was seen; without effect if it was not there. */
  AnnotationPatch ifStill(String annotation, Optional<String> value) {
    value.ifPresent(text -> test(path(annotation), text));
    return this;
  }

  /** Only if nothing of the session has changed. */
  AnnotationPatch ifUnchanged() {
    test("/metadata/resourceVersion", seen.resourceVersion());
    return this;
  }

  /** The patch that sets the annotation. */
  String set(String annotation, Instant at) {
    if (seen.annotated()) {
      add(path(annotation)).put("value", at.toString());
    } else {
      ifUnchanged(); // somebody may have added annotations, which this would take away
      add(ANNOTATIONS).putObject("value").put(annotation, at.toString());
    }
    return operations.toString();
  }

  private void test(String path, String value) {
    operations.addObject().put("op", "test").put("path", path).put("value", value);
  }

  private ObjectNode add(String path) {
    return operations.addObject().put("op", "add").put("path", path);
  }

  /** A JSON pointer (RFC 6901). */
  private static String path(String annotation) {
    return ANNOTATIONS + "/" + annotation.replace("~", "~0").replace("/", "~1");
  }
}
