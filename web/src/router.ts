import { createRouter, createWebHistory } from "vue-router";

// Each view is loaded when it is visited. The first parts are known to the service, which answers
// these addresses with the studio's page: src/tower_anime/studio/pages.py.
export const router = createRouter({
  history: createWebHistory(),
  // Within a view, only what is looked at changes: the page stays where it is.
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
  routes: [
    { path: "/", name: "projects", component: () => import("./views/ProjectsView.vue") },
    { path: "/projects", redirect: { name: "projects" } },
    {
      path: "/projects/:project(\\d+)",
      children: [
        { path: "", name: "board", component: () => import("./views/BoardView.vue") },
        { path: "scenes/:scene(\\d+)", name: "scene", component: () => import("./views/SceneView.vue") },
        { path: "story", name: "story", component: () => import("./views/StoryView.vue") },
        { path: "story/compare/:ours(\\d+)/:theirs(\\d+)", name: "compare", component: () => import("./views/CompareView.vue") },
        { path: "story/compare/:ours(\\d+)/:theirs(\\d+)/merge", name: "merge", component: () => import("./views/MergeView.vue") },
        { path: "characters", name: "characters", component: () => import("./views/CharactersView.vue") },
        { path: "characters/:character(\\d+)", name: "character", component: () => import("./views/CharacterView.vue") },
        { path: "workflows", name: "workflows", component: () => import("./views/WorkflowsView.vue") },
        { path: "workflows/:workflow(\\d+)", name: "workflow", component: () => import("./views/WorkflowView.vue") },
        { path: "morning", name: "morning", component: () => import("./views/MorningView.vue") },
        { path: "settings", name: "project-settings", component: () => import("./views/ProjectSettingsView.vue") },
        { path: "cut", name: "cut", component: () => import("./views/CutView.vue") },
        { path: "renders", name: "renders", component: () => import("./views/RendersView.vue") },
      ],
    },
    { path: "/settings", name: "settings", component: () => import("./views/SettingsView.vue") },
    { path: "/:rest(.*)*", redirect: { name: "projects" } },
  ],
});
