// Leaves out the Tabler component families that Okno does not use, so that the first load stays small.
import type { AtRule, Plugin, Root, Rule } from "postcss";

const UNUSED =
  /\.(?:carousel|offcanvas|navbar|ribbon|signal|chat|calendar|prose|otp|popover|mention|strength|timeline|sparkline|layout|accordion|modal|tooltip|bs-tooltip|bs-popover|toast|sortable|was-validated|legend|star|segmented|nav-segmented|stamp|card-stamp|form-imagecheck|form-colorinput|form-colorcheck|demo|fullcalendar|dropzone|litepicker|ts|apexcharts|jsvectormap|plyr|wysiwyg|noUi|img-responsive|typed|tracking|fslightbox|markdown|turbo|link-offset|link-underline|link-opacity|bg-gradient|hover-elevate|dropdown|theme|page|cursor|brightness|object|spinner-grow|flag|payment|social|antialiased|icon-pulse|icon-tada|icon-rotate|form-fieldset|form-selectgroup|selectgroup|btn-floating|btn-app|btn-actions|rounded-(?:top|bottom|start|end)|focus-ring|icon-link|vr|stretched|nav-pills|nav-bordered|pricing|browser|map|countup|comments?|alert-(?:important|minor)|bg-(?:x|twitter|facebook|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin|mastodon)|text-(?:x|twitter|facebook|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin)|btn-(?:outline-|ghost-)?(?:x|twitter|facebook|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin))(?![a-z])/;

function isUnused(selector: string): boolean {
  return UNUSED.test(selector.replace(/:not\([^)]*\)/g, ""));
}

function drop(rule: Rule): void {
  const kept = rule.selectors.filter((selector) => !isUnused(selector));
  if (kept.length === 0) rule.remove();
  else if (kept.length < rule.selectors.length) rule.selectors = kept;
}

export function trimmedTabler(): Plugin {
  return {
    postcssPlugin: "okno-trimmed-tabler",
    Once(root: Root) {
      root.walkRules((rule) => {
        if (rule.source?.input.file?.includes("@tabler")) drop(rule);
      });
      root.walkAtRules((rule: AtRule) => {
        if (rule.nodes?.length === 0) rule.remove();
      });
    },
  };
}
