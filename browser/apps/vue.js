import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import App from "./App.vue";
import Home from "./Home.vue";
import Other from "./Other.vue";

const routes = [{ path: "/", component: Home }, { path: "/other", component: Other }];
createApp(App).use(createRouter({ history: createWebHistory(), routes })).mount("#app");
