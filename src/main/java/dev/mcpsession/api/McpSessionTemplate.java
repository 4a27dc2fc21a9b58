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
 * What an administrator offers, once, for all users: the sessions that name it take from it what
 * they do not say themselves.
 *
 * <p>The length limit of the name leaves room for "-" and 26 characters that stand for the user in
 * the name of a session.
 */
@Group(McpSession.GROUP)
@Version(McpSession.VERSION)
@Kind("McpSessionTemplate")
@Singular("mcptemplate")
@Plural("mcptemplates")
@ShortNames("mcpt")
@ValidationRule(
    value = "self.metadata.name.size() <= 25",
    message =
        "metadata.name must be no more than 25 characters: names of sessions are made from it")
@ValidationRule(
    value = "self.metadata.name.matches('" + McpSessionTemplate.NAME + "')",
    message =
        "metadata.name must be an RFC 1035 label: lower case letters, digits and '-',"
            + " beginning with a letter and not ending with '-'")
@AdditionalPrinterColumn(name = "DESCRIPTION", jsonPath = ".spec.description", priority = 1)
@AdditionalPrinterColumn(
    name = "SESSIONS",
    jsonPath = ".status.sessions",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "UP-TO-DATE",
    jsonPath = ".status.upToDate",
    type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
    name = "AGE",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class McpSessionTemplate
    extends CustomResource<McpSessionTemplateSpec, McpSessionTemplateStatus> implements Namespaced {
  /** Most characters of a name. */
  public static final int MAX_NAME = 25;

  /** An RFC 1035 label, as names of sessions begin with it. */
  static final String NAME = "^[a-z]([-a-z0-9]*[a-z0-9])?$";

  private static final long serialVersionUID = 1L;
}
