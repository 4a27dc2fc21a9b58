/**
 * A whole installation for tests: the operator and replicas of the gateway as processes of the jar,
 * an issuer that signs tokens, and a client that says just what a test tells it to.
 */
@NullMarked
package dev.mcpsession.replicas;

import org.jspecify.annotations.NullMarked;
