/** What all endpoints are made of: parameters, cookies, pages, sealed and random values. */
@NullMarked
package dev.mcpsession.signin.web;

import org.jspecify.annotations.NullMarked;
