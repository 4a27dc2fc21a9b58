/**
 * The account page: what a user sees of their own sessions, clients and grants, and may do with
 * them.
 */
@NullMarked
package dev.mcpsession.signin.account;

import org.jspecify.annotations.NullMarked;
