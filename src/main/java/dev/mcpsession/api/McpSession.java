package dev.mcpsession.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One user's session with one MCP server: a backend Pod of its own that carries that user's
 * upstream token.
 *
 * <p>The length limit of the name leaves room for "-" and a revision of nine digits in a Pod's
 * hostname (63 characters); its format is that of a Service's name. Expiry and last activity are
 * columns of type string because kubectl shows dates as ages, and those in the future as invalid.
 */
@Group(McpSession.GROUP)
@Version(McpSession.VERSION)
@Kind("McpSession")
@Singular("mcpsession")
@Plural("mcpsessions")
@ShortNames("mcps")
@ValidationRule(
    value = "self.metadata.name.size() <= 52",
    message = "metadata.name must be no more than 52 characters: names of Pods are made from it")
@ValidationRule(
    value = "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message =
        "metadata.name must be an RFC 1035 label: lower case letters, digits and '-',"
            + " beginning with a letter and not ending with '-'")
@AdditionalPrinterColumn(name = "USER", jsonPath = ".spec.user")
@AdditionalPrinterColumn(
    name = "READY",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "REASON",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "REVISION",
    jsonPath = ".status.revision",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(name = "TOKEN-EXPIRES", jsonPath = ".status.tokenExpirationTime")
@AdditionalPrinterColumn(
    name = "LAST-ACTIVE",
    jsonPath = ".metadata.annotations.mcpsession\\.dev/lastActive")
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class McpSession extends CustomResource<McpSessionSpec, McpSessionStatus>
    implements Namespaced {
  public static final String GROUP = "mcpsession.dev";
  public static final String VERSION = "v1alpha1";
  private static final long serialVersionUID = 1L;

  /** Whether the deletion of the session waits until its tokens are revoked. */
  public boolean hasRevocationFinalizer() {
    return getMetadata().getFinalizers().contains(Names.REVOCATION_FINALIZER);
  }
}
