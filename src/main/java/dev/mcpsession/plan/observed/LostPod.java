package dev.mcpsession.plan.observed;

/** A Pod of the session that a cache showed and shows no more, undeleted as far as is known. */
public record LostPod(String name, String uid) {}
