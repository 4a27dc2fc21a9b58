/** What a benchmark reports: tables of figures, and its progress. */
@NullMarked
package dev.mcpsession.bench.report;

import org.jspecify.annotations.NullMarked;
