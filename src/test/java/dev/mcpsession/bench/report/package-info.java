/** What a benchmark says: tables of figures, and how far it is. */
@NullMarked
package dev.mcpsession.bench.report;

import org.jspecify.annotations.NullMarked;
