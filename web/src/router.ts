import { createRouter, createWebHistory } from "vue-router";

// Each view is loaded when it is visited. The first parts are known to the service, which answers
// these addresses with the studio's page: src/tower_anime/studio/pages.py.
export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
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
        { path: "renders", name: "renders", component: () => import("./views/RendersView.vue") },
      ],
    },
    { path: "/:rest(.*)*", redirect: { name: "projects" } },
  ],
});
