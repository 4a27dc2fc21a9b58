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
 * One MCP session id of the protocol's legacy versions: a light handle on the session of the client
 * that holds it. Written by the session gateway alone, so that all its replicas know the id. Its
 * name is derived from a hash of the id: who may read objects cannot use ids.
 *
 * <p>Spec and status are made by one write, so there is no status subresource.
 */
@Group(McpSession.GROUP)
@Version(McpSession.VERSION)
@Kind("McpConnection")
@Singular("mcpconnection")
@Plural("mcpconnections")
@ShortNames("mcpc")
@ValidationRule(
    value = "self.metadata.name.matches('^c-[0-9a-f]{40}$')",
    message = "metadata.name must be c- and 40 hexadecimal digits: the session gateway makes it")
@AdditionalPrinterColumn(name = "SESSION", jsonPath = ".spec.sessionName")
@AdditionalPrinterColumn(name = "CLIENT", jsonPath = ".spec.clientName")
@AdditionalPrinterColumn(name = "PROTOCOL", jsonPath = ".spec.protocolVersion")
@AdditionalPrinterColumn(
    name = "LAST-USED",
    jsonPath = ".status.lastUsedTime",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class McpConnection extends CustomResource<McpConnectionSpec, McpConnectionStatus>
    implements Namespaced {
  private static final long serialVersionUID = 1L;
}
