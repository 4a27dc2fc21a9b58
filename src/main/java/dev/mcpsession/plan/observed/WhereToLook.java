package dev.mcpsession.plan.observed;

/**
 * Where users see more of what is wrong with a Pod than a message may repeat: clauses with a
 * command, such as "see kubectl logs -n team alice-3 -c backend".
 *
 * @param now while the Pod exists
 * @param afterwards once it is deleted
 */
public record WhereToLook(String now, String afterwards) {}
